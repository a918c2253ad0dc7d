"""Mutant: standardises inside, fits, and translates w and b back.
Misconception: scaling is thought to leave the problem as it is; it changes what ||w|| penalises.
Killed by: test_cheap_slack_near
Hint: cheap-slack
"""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    n = len(X)
    mean = X.mean(axis=0)
    scale = 3 * X.std(axis=0)
    Z = (X - mean) / scale
    w, b = np.zeros(X.shape[1]), 0.0
    best = (np.inf, w, b)
    for k in range(1, n_iter + 1):
        slack = 1.0 - y * (Z @ w + b)
        value = 0.5 * (w @ w) + C * slack[slack > 0].sum()
        if value < best[0]:
            best = (value, w, b)
        pull = np.where(slack > 0, y, 0.0) / n
        step = 1.0 / np.sqrt(k)
        w, b = w - step * (w / (n * C) - pull @ Z), b + step * pull.sum()
    _, w, b = best
    w = w / scale
    return w, float(b - w @ mean)

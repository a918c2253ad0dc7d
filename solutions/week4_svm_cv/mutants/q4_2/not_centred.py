"""Mutant: descends far from the origin without subtracting the means.
Misconception: a linear method is thought not to care where the data lie.
Killed by: test_far_away_near
Hint: far-away
"""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    n = len(X)
    mean = np.zeros(X.shape[1])
    Z = X - mean
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
    return w, float(b - w @ mean)

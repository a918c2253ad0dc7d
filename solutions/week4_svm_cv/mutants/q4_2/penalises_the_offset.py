"""Mutant: adds a column of ones and penalises its weight, too.
Misconception: b is treated like one more weight.
Killed by: test_far_away_near
Hint: far-away
"""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    # b' = b + w.mean is the offset for centred columns; the penalty is on b itself, as with a column of ones
    n = len(X)
    mean = X.mean(axis=0)
    Z = X - mean
    w, b = np.zeros(X.shape[1]), 0.0
    best = (np.inf, w, b)
    for k in range(1, n_iter + 1):
        slack = 1.0 - y * (Z @ w + b)
        offset = b - w @ mean
        value = 0.5 * (w @ w + offset**2) + C * slack[slack > 0].sum()
        if value < best[0]:
            best = (value, w, b)
        pull = np.where(slack > 0, y, 0.0) / n
        step = 1.0 / np.sqrt(k)
        g_w, g_b = (w - offset * mean) / (n * C) - pull @ Z, offset / (n * C) - pull.sum()
        w, b = w - step * g_w, b - step * g_b
    _, w, b = best
    return w, float(b - w @ mean)

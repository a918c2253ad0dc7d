"""Mutant: starts from the w of the last call.
Misconception: a global is thought to be a harmless cache.
Killed by: test_repeatable
Hint: repeatable
"""


_last = {}


def svm_fit(X, y, C, n_iter=2000, rng=None):
    n, d = X.shape
    mean = X.mean(axis=0)
    Z = X - mean
    w, b = _last.get(d, (np.zeros(d), 0.0))
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
    _last[d] = w, b
    return w, float(b - w @ mean)

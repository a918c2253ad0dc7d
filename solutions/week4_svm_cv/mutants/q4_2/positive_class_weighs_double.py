"""Mutant: counts the slack of the positive class twice.
Misconception: an option of libraries for unbalanced classes is taken for the definition.
Killed by: test_breast_cancer_near
Hint: last-mile
"""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    n = len(X)
    mean = X.mean(axis=0)
    Z = X - mean
    w, b = np.zeros(X.shape[1]), 0.0
    best = (np.inf, w, b)
    for k in range(1, n_iter + 1):
        slack = 1.0 - y * (Z @ w + b)
        value = 0.5 * (w @ w) + C * (np.where(y > 0, 2, 1) * slack)[slack > 0].sum()
        if value < best[0]:
            best = (value, w, b)
        pull = np.where(slack > 0, np.where(y > 0, 2, 1) * y, 0.0) / n
        step = 1.0 / np.sqrt(k)
        w, b = w - step * (w / (n * C) - pull @ Z), b + step * pull.sum()
    _, w, b = best
    return w, float(b - w @ mean)

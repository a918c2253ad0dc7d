"""Mutant: takes a constant large step and returns the last iterate.
Misconception: a subgradient is thought to become small near the optimum, as a gradient does.
Killed by: test_breast_cancer, test_breast_cancer_near
Hint: accuracy-only
"""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    n = len(X)
    mean = X.mean(axis=0)
    Z = X - mean
    w, b = np.zeros(X.shape[1]), 0.0
    best = (np.inf, w, b)
    for k in range(1, n_iter + 1):
        slack = 1.0 - y * (Z @ w + b)
        value = 0.5 * (w @ w) + C * slack[slack > 0].sum()
        if value < best[0]:
            best = (value, w, b)
        pull = np.where(slack > 0, y, 0.0) / n
        step = 10.0
        w, b = w - step * (w / (n * C) - pull @ Z), b + step * pull.sum()
    return w, float(b - w @ mean)

"""Wheat: stochastic: batches drawn with rng, steps that shrink, the best of iterates and averages."""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    rng = np.random.default_rng(0) if rng is None else rng
    n = len(X)
    mu = X.mean(axis=0)
    A = np.column_stack([X - mu, np.ones(n)])
    penalty = np.append(np.ones(X.shape[1]), 0.0)

    def J(t):
        return 0.5 * t[:-1] @ t[:-1] + C * np.maximum(0, 1 - y * (A @ t)).sum()

    t = np.zeros(A.shape[1])
    mean, count = t.copy(), 0
    best, least = t.copy(), J(t)
    for k in range(1, 5 * n_iter + 1):
        rows = rng.integers(0, n, size=64)
        short = y[rows] * (A[rows] @ t) < 1
        g = penalty * t / (n * C) - (y[rows] * short) @ A[rows] / 64
        t = t - g / np.sqrt(k)
        if k % 500 == 0:
            mean, count = np.zeros_like(t), 0
        mean, count = mean + t, count + 1
        if k % 50 == 0:
            for candidate in (t, mean / count):
                if J(candidate) < least:
                    best, least = candidate.copy(), J(candidate)
    return best[:-1], float(best[-1] - best[:-1] @ mu)

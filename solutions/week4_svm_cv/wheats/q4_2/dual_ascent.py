"""Wheat: the dual by projected gradient steps with momentum, then w from alpha and the best b of all."""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    mu = X.mean(axis=0)
    A = (X - mu) * y[:, None]
    length = np.linalg.norm(A, 2) ** 2

    def project(a):
        # the nearest point with 0 <= a <= C and sum of a y = 0: bisection on one multiplier
        low, high = -np.abs(a).max() - C, np.abs(a).max() + C
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if np.clip(a - middle * y, 0, C) @ y > 0 else (low, middle)
        return np.clip(a - low * y, 0, C)

    a = z = np.zeros(len(y))
    t = 1.0
    for _ in range(min(n_iter, 600)):
        new = project(z + (1 - A @ (z @ A)) / length)
        t_new = (1 + np.sqrt(1 + 4 * t * t)) / 2
        z, a, t = new + (t - 1) / t_new * (new - a), new, t_new
    w = a @ A
    offsets = y - (X - mu) @ w  # J is piecewise linear in b, with its kinks here
    losses = np.maximum(0, 1 - y * ((X - mu) @ w + offsets[:, None])).sum(axis=1)
    b = offsets[losses.argmin()]
    return w, float(b - w @ mu)

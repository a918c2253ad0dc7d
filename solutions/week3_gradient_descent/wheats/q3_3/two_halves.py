"""Wheat: negative and positive scores by themselves; a list of features."""


def logistic_loss_grad(w, X, y, l2):
    y = np.asarray(y, dtype=float)
    if not np.array_equal(y * y, y):
        raise ValueError("labels")
    n, d = X.shape
    z = np.full(n, float(w[d]))
    for j in range(d):
        z += w[j] * X[:, j]
    p, softplus = np.empty(n), np.empty(n)
    up = z > 0
    p[up] = 1 / (1 + np.exp(-z[up]))
    softplus[up] = z[up] + np.log1p(np.exp(-z[up]))
    e = np.exp(z[~up])
    p[~up] = e / (1 + e)
    softplus[~up] = np.log1p(e)
    residual = p - y
    gradient = [residual @ X[:, j] / n + l2 * w[j] for j in range(d)] + [residual.sum() / n]
    return (softplus - y * z).sum() / n + l2 * sum(w[j] ** 2 for j in range(d)) / 2, np.array(gradient)

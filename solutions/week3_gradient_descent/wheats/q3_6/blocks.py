"""Wheat: block by block, a square-root factor, Cholesky; its own loss and gradient."""


from scipy.linalg import cho_factor, cho_solve


def logistic_hessian(w, X, l2):
    n, d = X.shape
    root = np.exp(-0.5 * np.logaddexp(0, X @ w[:d] + w[d]) - 0.5 * np.logaddexp(0, -(X @ w[:d]) - w[d])) / np.sqrt(n)
    scaled = X * root[:, np.newaxis]
    H = np.zeros((d + 1, d + 1))
    H[:d, :d] = scaled.T @ scaled + l2 * np.identity(d)
    H[:d, d] = H[d, :d] = scaled.T @ root
    H[d, d] = root @ root
    return H


def newton_logistic(X, y, l2, max_iter=50, tol=1e-10):
    n, d = X.shape
    w, losses = np.zeros(d + 1), []
    while True:
        z = X @ w[:d] + w[d]
        residual = np.exp(-np.logaddexp(0, -z)) - y
        gradient = np.append(residual @ X / n + l2 * w[:d], residual.mean())
        losses.append(float(np.mean(np.logaddexp(0, z) - y * z) + l2 * (w[:d] ** 2).sum() / 2))
        small = bool(np.linalg.norm(gradient) <= tol)
        if small or len(losses) > max_iter:
            return GDResult(w, losses, len(losses) - 1, small)
        w = w - cho_solve(cho_factor(logistic_hessian(w, X, l2)), gradient)

"""Wheat: L-BFGS on a hinge that is rounded at the kink, less and less."""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    from scipy.optimize import minimize

    centre = X.mean(axis=0)
    A = np.column_stack([X - centre, np.ones(len(X))])

    def rounded(theta, width):
        z = 1 - y * (A @ theta)
        inner = np.clip(z, 0, width)
        loss = np.where(z > width, z - width / 2, inner**2 / (2 * width))
        gradient = -C * A.T @ (y * inner / width)
        gradient[:-1] += theta[:-1]
        return 0.5 * theta[:-1] @ theta[:-1] + C * loss.sum(), gradient

    theta = np.zeros(A.shape[1])
    for width in (1.0, 0.3, 0.1, 0.03, 0.01):
        theta = minimize(rounded, theta, args=(width,), jac=True, method="L-BFGS-B", options={"maxiter": n_iter}).x
    return theta[:-1], theta[-1] - theta[:-1] @ centre

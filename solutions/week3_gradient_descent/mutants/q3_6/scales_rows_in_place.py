"""Mutant: multiplies the rows of X in place.
Misconception: X *= factors is thought to make a new matrix.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""


def logistic_hessian(w, X, l2):
    if X.dtype != np.float64:
        X = X.astype(float)
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    root = np.sqrt(small) / (1 + small)
    d = X.shape[1]
    before = X.copy()
    X *= root[:, None]
    A = np.column_stack([X, root])
    X *= 1 / root[:, None] if root.min() > 0 else 1
    X[root == 0] = before[root == 0]
    return A.T @ A / len(X) + l2 * np.diag(np.append(np.ones(d), 0.0))


def newton_logistic(X, y, l2, max_iter=50, tol=1e-10):
    w = np.zeros(X.shape[1] + 1)
    history = []
    for k in range(max_iter + 1):
        loss, g = logistic_loss_grad(w, X, y, l2)
        history.append(loss)
        converged = bool(np.linalg.norm(g) <= tol)
        if converged or k == max_iter:
            return GDResult(w, history, k, converged)
        w = w - np.linalg.solve(logistic_hessian(w, X, l2), g)

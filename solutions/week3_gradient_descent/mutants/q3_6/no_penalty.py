"""Mutant: forgets the penalty in the Hessian.
Misconception: the penalty is thought to be part of the gradient only.
Killed by: test_hessian, test_hessian_is_the_slope_of_the_gradient
Hint: penalty
"""


def logistic_hessian(w, X, l2):
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    s = small / (1 + small) ** 2
    A = np.column_stack([X, np.ones(len(X))])
    return A.T @ (s[:, None] * A) / len(X)


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

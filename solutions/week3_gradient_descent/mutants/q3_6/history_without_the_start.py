"""Mutant: records the loss after each step only.
Misconception: the history is thought to begin with the first step.
Killed by: test_first_step, test_stopping
Hint: start
"""


def logistic_hessian(w, X, l2):
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    s = small / (1 + small) ** 2
    A = np.column_stack([X, np.ones(len(X))])
    return A.T @ (s[:, None] * A) / len(X) + l2 * np.diag(np.append(np.ones(X.shape[1]), 0.0))


def newton_logistic(X, y, l2, max_iter=50, tol=1e-10):
    w, history = np.zeros(X.shape[1] + 1), []
    _, g = logistic_loss_grad(w, X, y, l2)
    while np.linalg.norm(g) > tol and len(history) < max_iter:
        w = w - np.linalg.solve(logistic_hessian(w, X, l2), g)
        loss, g = logistic_loss_grad(w, X, y, l2)
        history.append(loss)
    return GDResult(w, history, len(history), bool(np.linalg.norm(g) <= tol))

"""Wheat: a loop over samples in the Hessian, which is legal here, and the inverse."""


def logistic_hessian(w, X, l2):
    n, d = X.shape
    scores = (X @ w[:-1] + w[-1]).tolist()
    H = np.zeros((d + 1, d + 1))
    x = np.ones(d + 1)
    for i in range(n):
        x[:d] = X[i]
        small = float(np.exp(-abs(scores[i])))
        H += small / (1 + small) ** 2 * (x[:, None] * x)
    H /= n
    for j in range(d):
        H[j, j] += l2
    return H


def newton_logistic(X, y, l2, max_iter=50, tol=1e-10):
    w = np.zeros(X.shape[1] + 1)
    history = [logistic_loss_grad(w, X, y, l2)[0]]
    for k in range(max_iter):
        g = logistic_loss_grad(w, X, y, l2)[1]
        if np.linalg.norm(g) <= tol:
            return GDResult(w, history, k, True)
        w = w - np.linalg.inv(logistic_hessian(w, X, l2)) @ g
        history.append(logistic_loss_grad(w, X, y, l2)[0])
    return GDResult(w, history, max_iter, bool(np.linalg.norm(logistic_loss_grad(w, X, y, l2)[1]) <= tol))

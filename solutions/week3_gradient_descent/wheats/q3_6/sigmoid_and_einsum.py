"""Wheat: expit and einsum; a while loop; lstsq for the system."""


from scipy.special import expit


def logistic_hessian(w, X, l2):
    p = expit(X @ w[:-1] + w[-1])
    ones = np.hstack([X, np.ones((len(X), 1))])
    H = np.einsum("i,ij,ik->jk", p * (1 - p) / len(X), ones, ones)
    H[np.arange(X.shape[1]), np.arange(X.shape[1])] += l2
    return H


def newton_logistic(X, y, l2, max_iter=50, tol=1e-10):
    w, steps = np.zeros(X.shape[1] + 1), 0
    loss, gradient = logistic_loss_grad(w, X, y, l2)
    losses = [float(loss)]
    while np.sqrt(gradient @ gradient) > tol and steps < max_iter:
        w = w + np.linalg.lstsq(logistic_hessian(w, X, l2), -gradient, rcond=None)[0]
        loss, gradient = logistic_loss_grad(w, X, y, l2)
        losses.append(float(loss))
        steps += 1
    return GDResult(w, losses, steps, bool(np.sqrt(gradient @ gradient) <= tol))

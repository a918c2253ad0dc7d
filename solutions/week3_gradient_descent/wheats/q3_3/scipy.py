"""Wheat: expit and logaddexp, with a column of ones."""


from scipy.special import expit


def logistic_loss_grad(w, X, y, l2):
    y = np.asarray(y)
    if set(np.unique(y)) - {0, 1}:
        raise ValueError(f"labels {np.unique(y)}: only 0 and 1 are allowed")
    ones = np.hstack([X, np.ones((X.shape[0], 1))])
    z = ones @ w
    penalised = np.array(w, dtype=float)
    penalised[-1] = 0
    loss = np.mean(np.logaddexp(0, z) - y * z) + 0.5 * l2 * np.dot(penalised, penalised)
    return loss, ones.T @ (expit(z) - y) / y.size + l2 * penalised

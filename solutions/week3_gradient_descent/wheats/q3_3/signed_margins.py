"""Wheat: labels -1 and 1 inside, so that one formula covers both classes."""


def logistic_loss_grad(w, X, y, l2):
    if np.any((y != 0) & (y != 1)):
        raise ValueError("y must be 0 or 1")
    sign = 2.0 * y - 1.0
    margin = sign * (X.dot(w[:-1]) + w[-1])
    loss = np.mean(np.log1p(np.exp(-np.abs(margin))) + np.maximum(-margin, 0))
    weight = -sign * np.exp(-np.logaddexp(0, margin))
    gradient = np.zeros(w.shape[0])
    gradient[:-1] = np.einsum("i,ij->j", weight, X) / len(y) + l2 * w[:-1]
    gradient[-1] = weight.mean()
    return float(loss + 0.5 * l2 * (w[:-1] ** 2).sum()), gradient

"""Mutant: takes 2 l2 w as the gradient of the penalty.
Misconception: the factor 1/2 in the loss is forgotten in the gradient.
Killed by: test_gradient_is_the_slope_of_the_loss, test_gradient
Hint: inconsistent
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) / len(y) + 2 * l2 * w[:-1], np.mean(p - y))

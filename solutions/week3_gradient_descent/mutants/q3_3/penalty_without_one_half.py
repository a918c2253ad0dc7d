"""Mutant: takes l2 times the squared weights in the loss, and its gradient.
Misconception: the convention of Q3.2 is used; loss and gradient agree with each other.
Killed by: test_loss, test_gradient
Hint: penalty
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) / len(y) + 2 * l2 * w[:-1], np.mean(p - y))

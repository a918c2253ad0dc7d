"""Mutant: returns the loss as an array of shape (1,).
Misconception: a 1 x 1 result is thought to be a number.
Killed by: test_types_and_shapes
Hint: types
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    loss = np.mean(np.logaddexp(0, z) - y * z, keepdims=True) + l2 / 2 * np.sum(w[:-1] ** 2)
    return loss, np.append(X.T @ (p - y) / len(y) + l2 * w[:-1], np.mean(p - y))

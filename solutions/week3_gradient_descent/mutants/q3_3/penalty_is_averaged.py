"""Mutant: divides the penalty by n as well.
Misconception: all of the loss is thought to be a mean.
Killed by: test_every_sample_twice, test_loss, test_gradient
Hint: mean
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(w[:-1] ** 2) / len(y)
    return float(loss), np.append((X.T @ (p - y) + l2 * w[:-1]) / len(y), np.mean(p - y))

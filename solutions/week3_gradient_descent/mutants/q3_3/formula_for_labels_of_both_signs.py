"""Mutant: uses log(1 + exp(-y z)), the formula for labels -1 and 1.
Misconception: a formula is copied with its labels left behind.
Killed by: test_loss, test_gradient_is_the_slope_of_the_loss
Hint: loss
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    loss = np.mean(np.logaddexp(0, -y * z)) + l2 / 2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) / len(y) + l2 * w[:-1], np.mean(p - y))

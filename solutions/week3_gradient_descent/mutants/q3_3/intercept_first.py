"""Mutant: takes the first entry of w for the intercept.
Misconception: the column of ones comes first in many books.
Killed by: test_loss, test_gradient
Hint: loss
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[1:] + w[0]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)
    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(w[1:] ** 2)
    return float(loss), np.append(np.mean(p - y), X.T @ (p - y) / len(y) + l2 * w[1:])

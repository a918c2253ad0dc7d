"""Mutant: penalises the intercept.
Misconception: w is thought to be the weights, all of it.
Killed by: test_loss, test_gradient
Hint: penalty
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(w**2)
    return float(loss), np.append(X.T @ (p - y) / len(y), np.mean(p - y)) + l2 * w

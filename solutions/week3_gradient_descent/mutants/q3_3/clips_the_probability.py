"""Mutant: clips the probability to [1e-7, 1 - 1e-7].
Misconception: a loss that is finite is thought to be right.
Killed by: test_extreme_scores
Hint: saturated
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    q = np.clip(p, 1e-7, 1 - 1e-7)
    loss = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q)) + l2 / 2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) / len(y) + l2 * w[:-1], np.mean(p - y))

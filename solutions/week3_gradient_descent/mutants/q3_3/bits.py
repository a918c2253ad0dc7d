"""Mutant: measures in bits.
Misconception: nats and bits are confused.
Killed by: test_loss_at_zero, test_loss, test_extreme_scores
Hint: log-2
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    loss = np.mean(np.logaddexp(0, z) - y * z) / np.log(2) + l2 / 2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) / len(y) / np.log(2) + l2 * w[:-1], np.mean(p - y) / np.log(2))

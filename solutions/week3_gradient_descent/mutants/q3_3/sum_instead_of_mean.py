"""Mutant: sums over the samples.
Misconception: the log-likelihood of week 2 was a sum.
Killed by: test_loss_at_zero, test_loss, test_gradient, test_every_sample_twice, test_extreme_scores
Hint: log-2
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    loss = np.sum(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) + l2 * w[:-1], np.sum(p - y))

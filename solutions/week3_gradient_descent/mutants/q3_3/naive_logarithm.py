"""Mutant: takes the logarithm of the probability.
Misconception: a formula that is right on paper is thought to be right on a computer.
Killed by: test_extreme_scores
Hint: saturated
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    p = 1 / (1 + np.exp(-z))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + l2 / 2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) / len(y) + l2 * w[:-1], np.mean(p - y))

"""Mutant: does not look at the labels.
Misconception: data are thought to be as they should be.
Killed by: test_labels
Hint: labels
"""


def logistic_loss_grad(w, X, y, l2):
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)
    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) / len(y) + l2 * w[:-1], np.mean(p - y))

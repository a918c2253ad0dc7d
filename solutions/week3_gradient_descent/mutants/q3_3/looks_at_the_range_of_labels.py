"""Mutant: asks whether the labels lie between 0 and 1.
Misconception: labels are thought to be whole numbers.
Killed by: test_labels
Hint: labels
"""


def logistic_loss_grad(w, X, y, l2):
    if y.min() < 0 or y.max() > 1:
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)
    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(w[:-1] ** 2)
    return float(loss), np.append(X.T @ (p - y) / len(y) + l2 * w[:-1], np.mean(p - y))

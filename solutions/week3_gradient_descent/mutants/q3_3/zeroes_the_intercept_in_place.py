"""Mutant: sets the intercept to 0 in w itself, to keep it out of the penalty.
Misconception: r = w is thought to be a copy.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)

    r = w
    r[-1] = 0
    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 / 2 * (r @ r)
    return float(loss), np.append(X.T @ (p - y), np.sum(p - y)) / len(y) + l2 * r

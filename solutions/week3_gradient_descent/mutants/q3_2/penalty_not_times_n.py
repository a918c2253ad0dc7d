"""Mutant: adds l2 to X^T X without the factor n.
Misconception: a sum and a mean of squares are thought to need the same penalty.
Killed by: test_every_sample_twice, test_ridge
Hint: times-n
"""


def least_squares(X, y, l2=0.0):
    X = np.asarray(X, dtype=float)
    d = X.shape[1]
    rows, targets = X - X.mean(axis=0), y - y.mean()
    rows = np.vstack([rows, np.sqrt(l2) * np.eye(d)])
    w = np.linalg.lstsq(rows, np.append(targets, np.zeros(d)), rcond=None)[0]
    return np.append(w, y.mean() - X.mean(axis=0) @ w)

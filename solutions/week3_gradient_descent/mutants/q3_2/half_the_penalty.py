"""Mutant: takes the penalty with a factor 1/2.
Misconception: the convention of another textbook (and of Q3.3) is used.
Killed by: test_ridge
Hint: ridge
"""


def least_squares(X, y, l2=0.0):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    rows, targets = X - X.mean(axis=0), y - y.mean()
    rows = np.vstack([rows, np.sqrt(n * l2 / 2) * np.eye(d)])
    w = np.linalg.lstsq(rows, np.append(targets, np.zeros(d)), rcond=None)[0]
    return np.append(w, y.mean() - X.mean(axis=0) @ w)

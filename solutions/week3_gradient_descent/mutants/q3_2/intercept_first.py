"""Mutant: puts the intercept first.
Misconception: the column of ones comes first in many books.
Killed by: test_least_squares
Hint: order
"""


def least_squares(X, y, l2=0.0):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    rows = np.vstack([X - X.mean(axis=0), np.sqrt(n * l2) * np.eye(d)])
    w = np.linalg.lstsq(rows, np.append(y - y.mean(), np.zeros(d)), rcond=None)[0]
    return np.append(y.mean() - X.mean(axis=0) @ w, w)

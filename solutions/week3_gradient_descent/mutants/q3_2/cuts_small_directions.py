"""Mutant: drops directions with less than a thousandth of the largest singular value.
Misconception: what is small is thought to be noise.
Killed by: test_columns_that_nearly_repeat
Hint: ill-conditioned
"""


def least_squares(X, y, l2=0.0):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    rows = np.vstack([X - X.mean(axis=0), np.sqrt(n * l2) * np.eye(d)])
    w = np.linalg.lstsq(rows, np.append(y - y.mean(), np.zeros(d)), rcond=1e-3)[0]
    return np.append(w, y.mean() - X.mean(axis=0) @ w)

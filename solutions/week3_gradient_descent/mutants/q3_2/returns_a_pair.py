"""Mutant: returns weights and intercept as a pair.
Misconception: the docstring is not read to the end.
Killed by: test_types_and_shapes
Hint: shape
"""


def least_squares(X, y, l2=0.0):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    rows = np.vstack([X - X.mean(axis=0), np.sqrt(n * l2) * np.eye(d)])
    w = np.linalg.lstsq(rows, np.append(y - y.mean(), np.zeros(d)), rcond=None)[0]
    return w, y.mean() - X.mean(axis=0) @ w

"""Mutant: adds 1e-3 to the diagonal when there is no penalty.
Misconception: a small ridge is thought to cost nothing.
Killed by: test_least_squares, test_residuals_are_orthogonal
Hint: orthogonal
"""


def least_squares(X, y, l2=0.0):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    rows, targets = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(rows.T @ rows / n + (l2 or 1e-3) * np.eye(d), rows.T @ targets / n)
    return np.append(w, y.mean() - X.mean(axis=0) @ w)

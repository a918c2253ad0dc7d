"""Mutant: solves the normal equations.
Misconception: solve is thought to cope with a matrix that has no inverse.
Killed by: test_columns_that_repeat
Hint: duplicate
"""


def least_squares(X, y, l2=0.0):
    n, d = X.shape
    A = np.column_stack([X, np.ones(n)])
    R = n * l2 * np.diag(np.append(np.ones(d), 0.0))
    return np.linalg.solve(A.T @ A + R, A.T @ y)

"""Mutant: inverts X^T X.
Misconception: the formula on paper is taken for an algorithm.
Killed by: test_columns_that_repeat, test_columns_that_nearly_repeat
Hint: ill-conditioned
"""


def least_squares(X, y, l2=0.0):
    n, d = X.shape
    A = np.column_stack([X, np.ones(n)])
    R = l2 * np.diag(np.append(np.ones(d), 0.0))
    return np.linalg.inv(A.T @ A / n + R) @ (A.T @ y / n)

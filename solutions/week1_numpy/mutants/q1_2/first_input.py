"""Mutant: looks at the first coordinate of x, not of A x.
Misconception: x_1 and x'_1 are confused.
Killed by: test_selection
Hint: first-coordinate
"""


def linear_map(X, A, b=None):
    Y = np.asarray(X, dtype=float) @ np.asarray(A, dtype=float).T
    return Y if b is None else Y + b


def select_positive(X, A):
    return X[:, 0] > 0

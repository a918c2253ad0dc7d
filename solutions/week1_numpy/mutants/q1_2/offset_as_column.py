"""Mutant: adds b as a column (p, 1).
Misconception: the shapes of the formula (columns) and of the data (rows) are mixed.
Killed by: test_map_with_offset
Hint: offset
"""


def linear_map(X, A, b=None):
    Y = X.astype(float) @ A.T
    return Y if b is None else Y + b.reshape(-1, 1)


def select_positive(X, A):
    return linear_map(X, A)[:, 0] > 0

"""Mutant: wants every coordinate of A x to be positive.
Misconception: 'the first output coordinate' is read as 'the output'.
Killed by: test_selection
Hint: first-coordinate
"""


def linear_map(X, A, b=None):
    Y = np.asarray(X, dtype=float) @ np.asarray(A, dtype=float).T
    return Y if b is None else Y + b


def select_positive(X, A):
    return (linear_map(X, A) > 0).all(axis=1)

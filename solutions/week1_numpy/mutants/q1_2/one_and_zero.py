"""Mutant: returns 0 and 1 instead of booleans.
Misconception: a mask is thought to be a column of numbers; as an index 0 and 1 pick rows.
Killed by: test_types_and_shapes
Hint: mask
"""


def linear_map(X, A, b=None):
    Y = np.asarray(X, dtype=float) @ np.asarray(A, dtype=float).T
    return Y if b is None else Y + b


def select_positive(X, A):
    return (linear_map(X, A)[:, 0] > 0).astype(int)

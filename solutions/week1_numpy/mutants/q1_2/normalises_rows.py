"""Mutant: scales every row of X to length 1 before the map.
Misconception: a direction is thought to be all that matters for a sign.
Killed by: test_map_is_linear, test_map_without_offset, test_rotation
Hint: linear
"""


def linear_map(X, A, b=None):
    X = np.asarray(X, dtype=float)
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    Y = (X / np.where(lengths > 0, lengths, 1)) @ np.asarray(A, dtype=float).T
    return Y if b is None else Y + b


def select_positive(X, A):
    return linear_map(X, A)[:, 0] > 0

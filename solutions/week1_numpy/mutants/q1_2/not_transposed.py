"""Mutant: computes X @ A.
Misconception: A x_i is written down as in the formula, although samples are rows; it fits where A is square.
Killed by: test_map_without_offset, test_rotation, test_map_is_linear
Hint: transpose
"""


def linear_map(X, A, b=None):
    Y = X @ A
    return Y if b is None else Y + b


def select_positive(X, A):
    return linear_map(X, A)[:, 0] > 0

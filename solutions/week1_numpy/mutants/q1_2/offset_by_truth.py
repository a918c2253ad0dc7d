"""Mutant: asks `if b:` whether there is an offset.
Misconception: an array is thought to be true or false like a list.
Killed by: test_map_with_offset
Hint: offset
"""


def linear_map(X, A, b=None):
    Y = X.astype(float) @ A.T
    if b:
        Y = Y + b
    return Y


def select_positive(X, A):
    return linear_map(X, A)[:, 0] > 0

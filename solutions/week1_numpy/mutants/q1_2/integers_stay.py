"""Mutant: returns integers for integer input.
Misconception: the product is thought to be float64 because the docstring says so.
Killed by: test_types_and_shapes
Hint: float64
"""


def linear_map(X, A, b=None):
    Y = X @ A.T
    return Y if b is None else Y + b


def select_positive(X, A):
    return linear_map(X, A)[:, 0] > 0

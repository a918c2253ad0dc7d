"""Mutant: computes X @ A where the shapes fit, else X @ A.T.
Misconception: an error message about shapes is cured where it shows, not where it comes from.
Killed by: test_map_without_offset, test_rotation
Hint: transpose
"""


def linear_map(X, A, b=None):
    Y = X.astype(float) @ (A if X.shape[1] == A.shape[0] else A.T)
    return Y if b is None else Y + b


def select_positive(X, A):
    return linear_map(X, A)[:, 0] > 0

"""Mutant: selects x'_1 >= 0.
Misconception: a strict and a weak inequality are thought to be the same.
Killed by: test_boundary_is_not_selected
Hint: strict
"""


def linear_map(X, A, b=None):
    Y = np.asarray(X, dtype=float) @ np.asarray(A, dtype=float).T
    return Y if b is None else Y + b


def select_positive(X, A):
    return linear_map(X, A)[:, 0] >= 0

"""Mutant: builds the result from a list of rows.
Misconception: np.array([]) is thought to know how many columns there would have been.
Killed by: test_no_samples
Hint: no-samples
"""


def linear_map(X, A, b=None):
    rows = [A @ x for x in X]
    if b is not None:
        rows = [row + b for row in rows]
    return np.array(rows, dtype=float)


def select_positive(X, A):
    return np.array([row[0] > 0 for row in linear_map(X, A)])

"""Mutant: lets NumPy complain about a label that is too large.
Misconception: any exception is thought to do; the docstring promises ValueError.
Killed by: test_too_large_labels_are_refused
Hint: too-large
"""


def one_hot(y, n_classes=None):
    if y.dtype.kind not in "iu":
        raise ValueError("labels must be integers")
    if (y < 0).any():
        raise ValueError("labels must not be negative")
    return np.eye(y.max() + 1 if n_classes is None else n_classes)[y]

"""Mutant: indexes an identity matrix without a look at the sign.
Misconception: a negative index is thought to raise; it counts from the end.
Killed by: test_negative_labels_are_refused
Hint: negative-label
"""


def one_hot(y, n_classes=None):
    if y.dtype.kind not in "iu":
        raise ValueError("labels must be integers")
    if n_classes is None:
        n_classes = y.max() + 1
    if len(y) and y.max() >= n_classes:
        raise ValueError("label too large")
    return np.eye(n_classes)[y]

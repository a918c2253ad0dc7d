"""Mutant: converts labels to integers.
Misconception: a float label is thought to be a label; 1.9 becomes class 1.
Killed by: test_float_labels_are_refused
Hint: float-labels
"""


def _checked(y, n_classes):
    y = np.asarray(y)
    if y.dtype.kind not in "iu":
        raise ValueError("labels must be integers")
    if n_classes is None:
        if len(y) == 0:
            raise ValueError("no labels")
        n_classes = int(y.max()) + 1
    if len(y) and (y.min() < 0 or y.max() >= n_classes):
        raise ValueError("a label is out of range")
    return y, n_classes


def one_hot(y, n_classes=None):
    y, n_classes = _checked(y.astype(int), n_classes)
    return np.eye(n_classes)[y]

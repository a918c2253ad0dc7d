"""Mutant: sets all columns up to the label to 1.
Misconception: y[i] is used as the end of a slice instead of as an index.
Killed by: test_rows_are_unit_vectors, test_rows_read_back
Hint: encoding
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
    y, n_classes = _checked(y, n_classes)
    encoded = np.zeros((len(y), n_classes))
    for i, label in enumerate(y):
        encoded[i, : label + 1] = 1
    return encoded

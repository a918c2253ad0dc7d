"""Mutant: takes max(y) for the number of classes.
Misconception: labels are counted from 1.
Killed by: test_rows_are_unit_vectors, test_absent_classes_have_columns
Hint: n-classes
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
    y, k = _checked(y, n_classes)
    if n_classes is None:
        k -= 1
    return (y[:, None] == np.arange(k)).astype(float)

"""Mutant: compares with all classes: a label that is too large gives a row of zeros.
Misconception: what cannot be encoded is thought to do no harm.
Killed by: test_too_large_labels_are_refused
Hint: too-large
"""


def one_hot(y, n_classes=None):
    if y.dtype.kind not in "iu" or (y < 0).any():
        raise ValueError("labels must be integers, from 0")
    k = y.max() + 1 if n_classes is None else n_classes
    return (y[:, None] == np.arange(k)).astype(float)

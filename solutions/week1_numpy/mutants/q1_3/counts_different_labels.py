"""Mutant: takes the number of different labels for the number of classes.
Misconception: every class is thought to occur in every sample.
Killed by: test_absent_classes_have_columns
Hint: n-classes
"""


def one_hot(y, n_classes=None):
    if y.dtype.kind not in "iu":
        raise ValueError("labels must be integers")
    names = sorted(set(y.tolist()))
    if n_classes is None:
        if not names:
            raise ValueError("no labels")
        n_classes = len(names)
    if names and (names[0] < 0 or names[-1] >= max(n_classes, len(names))):
        raise ValueError("a label is out of range")
    return np.eye(n_classes)[y]

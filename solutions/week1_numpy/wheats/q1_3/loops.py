"""Wheat: one assignment a row."""


def one_hot(y, n_classes=None):
    if not np.issubdtype(y.dtype, np.integer):
        raise ValueError("float labels")
    labels = [int(label) for label in y]
    if n_classes is None:
        n_classes = max(labels) + 1  # max of nothing raises ValueError by itself
    if any(not 0 <= label < n_classes for label in labels):
        raise ValueError("label out of range")
    rows = np.zeros((len(labels), n_classes))
    for row, label in zip(rows, labels):
        row[label] = 1
    return rows

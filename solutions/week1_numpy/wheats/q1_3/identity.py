"""Wheat: rows of an identity matrix, in column order."""


def one_hot(y, n_classes=None):
    if y.dtype.kind == "f":
        raise ValueError("float labels")
    k = np.max(y) + 1 if n_classes is None else n_classes
    if np.any(y < 0) or np.any(y >= k):
        raise ValueError("label out of range")
    return np.asfortranarray(np.identity(k)[y])

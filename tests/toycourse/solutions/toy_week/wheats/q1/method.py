"""Wheat: the array's own method."""


def mean(x):
    return float(np.asarray(x).mean())

"""Wheat: one slice at a time with the math module."""


import math


def _logsumexp(z):
    top = float(max(z))
    return math.log(math.fsum(math.exp(v - top) for v in z)) + top


def logsumexp(Z, axis=-1):
    if np.ndim(Z) == 1:
        return _logsumexp(Z)
    return np.apply_along_axis(_logsumexp, axis, np.asarray(Z, dtype=float))


def softmax(Z, axis=-1):
    moved = np.moveaxis(np.array(Z, dtype=float), axis, -1)
    result = np.empty(moved.shape)
    for where in np.ndindex(*moved.shape[:-1]):
        z = moved[where]
        weights = np.exp(z - z.max())
        result[where] = weights / math.fsum(weights)
    return np.moveaxis(result, -1, axis)

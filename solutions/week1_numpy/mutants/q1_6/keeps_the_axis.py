"""Mutant: logsumexp keeps the axis with length 1.
Misconception: keepdims=True is left on in the result.
Killed by: test_types_and_shapes, test_logsumexp_of_rows
Hint: shape
"""


def logsumexp(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    top = Z.max(axis=axis, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=axis, keepdims=True)) + top


def softmax(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)

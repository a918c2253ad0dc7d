"""Mutant: computes in float32.
Misconception: a habit from deep learning; 7 digits are thought to be enough.
Killed by: test_types_and_shapes
Hint: float64
"""


def logsumexp(Z, axis=-1):
    Z = np.asarray(Z, dtype=np.float32)
    top = Z.max(axis=axis, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=axis)) + top.squeeze(axis)


def softmax(Z, axis=-1):
    Z = np.asarray(Z, dtype=np.float32)
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)

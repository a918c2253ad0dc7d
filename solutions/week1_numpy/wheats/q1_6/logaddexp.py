"""Wheat: logaddexp.reduce, and softmax through the logarithm."""


def logsumexp(Z, axis=-1):
    return np.logaddexp.reduce(np.asarray(Z, dtype=np.float64), axis=axis)


def softmax(Z, axis=-1):
    P = np.exp(Z - np.expand_dims(logsumexp(Z, axis), axis))
    return P / P.sum(axis=axis, keepdims=True)

"""Mutant: takes the logarithm to base 2.
Misconception: nats and bits are confused.
Killed by: test_functions_fit_together, test_logsumexp_of_rows
Hint: order
"""


def logsumexp(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    top = Z.max(axis=axis, keepdims=True)
    return np.log2(np.exp(Z - top).sum(axis=axis)) + top.squeeze(axis)


def softmax(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)

"""Mutant: forgets to add the maximum after the logarithm.
Misconception: the shift is thought to cancel in logsumexp as it does in softmax.
Killed by: test_logsumexp_of_rows, test_common_shift, test_functions_fit_together
Hint: logsumexp
"""


def logsumexp(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    return np.log(np.exp(Z - Z.max(axis=axis, keepdims=True)).sum(axis=axis))


def softmax(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)

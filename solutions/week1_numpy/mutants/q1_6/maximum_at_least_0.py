"""Mutant: subtracts max(0, largest score).
Misconception: only overflow is thought of; rows far below zero underflow to 0 / 0.
Killed by: test_rows_of_different_size, test_common_shift
Hint: global-max
"""


def logsumexp(Z, axis=-1):
    top = Z.max(axis=axis, keepdims=True, initial=0)
    return np.log(np.exp(Z - top).sum(axis=axis)) + top.squeeze(axis)


def softmax(Z, axis=-1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True, initial=0))
    return E / E.sum(axis=axis, keepdims=True)

"""Mutant: subtracts the maximum of the whole array.
Misconception: any large number is thought to do, since it cancels; a row far below it becomes 0 / 0.
Killed by: test_rows_of_different_size
Hint: global-max
"""


def logsumexp(Z, axis=-1):
    top = Z.max()
    return np.log(np.exp(Z - top).sum(axis=axis)) + top


def softmax(Z, axis=-1):
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=axis, keepdims=True)

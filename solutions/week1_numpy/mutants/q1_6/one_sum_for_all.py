"""Mutant: divides by the sum over the whole array.
Misconception: sum() without an axis is expected to work row by row.
Killed by: test_softmax_of_rows, test_probabilities_sum_to_one
Hint: sum-to-one
"""


def logsumexp(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    top = Z.max(axis=axis, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=axis)) + top.squeeze(axis)


def softmax(Z, axis=-1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum()

"""Mutant: adds 1e-8 to the denominator.
Misconception: a guard against division by zero is thought to cost nothing; here nothing can be zero.
Killed by: test_probabilities_sum_to_one
Hint: sum-to-one
"""


def logsumexp(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    top = Z.max(axis=axis, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=axis)) + top.squeeze(axis)


def softmax(Z, axis=-1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / (E.sum(axis=axis, keepdims=True) + 1e-8)

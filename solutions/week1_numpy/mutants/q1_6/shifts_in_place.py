"""Mutant: subtracts the maximum in place.
Misconception: Z -= top is read as Z = Z - top.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""


def logsumexp(Z, axis=-1):
    top = Z.max(axis=axis, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=axis)) + top.squeeze(axis)


def softmax(Z, axis=-1):
    Z -= Z.max(axis=axis, keepdims=True)
    E = np.exp(Z)
    return E / E.sum(axis=axis, keepdims=True)

"""Mutant: subtracts the mean instead of the maximum.
Misconception: centring is thought to be what makes exp safe; -inf makes the mean infinite.
Killed by: test_impossible_classes
Hint: impossible
"""


def logsumexp(Z, axis=-1):
    middle = Z.mean(axis=axis, keepdims=True)
    return np.log(np.exp(Z - middle).sum(axis=axis)) + middle.squeeze(axis)


def softmax(Z, axis=-1):
    E = np.exp(Z - Z.mean(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)

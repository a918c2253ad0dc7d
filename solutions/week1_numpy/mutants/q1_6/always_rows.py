"""Mutant: uses the last axis, whatever is asked for.
Misconception: the axis argument is thought to be decoration.
Killed by: test_any_axis
Hint: axis
"""


def logsumexp(Z, axis=-1):
    top = Z.max(axis=-1, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=-1)) + top[..., 0]


def softmax(Z, axis=-1):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)

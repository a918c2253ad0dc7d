"""Mutant: takes exp of the scores as they are.
Misconception: a formula that is right on paper is thought to be right on a computer.
Killed by: test_common_shift, test_rows_of_different_size
Hint: shift
"""


def logsumexp(Z, axis=-1):
    return np.log(np.exp(Z).sum(axis=axis))


def softmax(Z, axis=-1):
    E = np.exp(Z)
    return E / E.sum(axis=axis, keepdims=True)

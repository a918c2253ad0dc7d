"""Mutant: clips the scores to [-500, 500].
Misconception: large numbers are thought to be what is wrong, not their common part.
Killed by: test_rows_of_different_size, test_common_shift
Hint: global-max
"""


def logsumexp(Z, axis=-1):
    return np.log(np.exp(np.clip(Z, -500, 500)).sum(axis=axis))


def softmax(Z, axis=-1):
    E = np.exp(np.clip(Z, -500, 500))
    return E / E.sum(axis=axis, keepdims=True)

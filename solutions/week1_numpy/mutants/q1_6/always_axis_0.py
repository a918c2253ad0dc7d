"""Mutant: uses axis 0, whatever is asked for.
Misconception: the axis argument is forgotten after the first success.
Killed by: test_softmax_of_rows, test_any_axis, test_probabilities_sum_to_one
Hint: axis
"""


def logsumexp(Z, axis=-1):
    top = Z.max(axis=0)
    return np.log(np.exp(Z - top).sum(axis=0)) + top


def softmax(Z, axis=-1):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)

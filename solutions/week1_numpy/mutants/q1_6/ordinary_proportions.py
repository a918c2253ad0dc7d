"""Mutant: divides the shifted scores by their sum, without exp.
Misconception: softmax is remembered as 'divide by the sum'.
Killed by: test_softmax_of_rows, test_functions_fit_together
Hint: softmax
"""


def logsumexp(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    top = Z.max(axis=axis, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=axis)) + top.squeeze(axis)


def softmax(Z, axis=-1):
    Z = np.asarray(Z, dtype=float)
    W = Z - Z.min(axis=axis, keepdims=True) + 1
    return W / W.sum(axis=axis, keepdims=True)

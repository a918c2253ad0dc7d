"""Mutant: returns the loss with shape (1,).
Misconception: an array with one number is a number.
Killed by: test_types_and_shapes
Hint: types
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    shifted = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    loss = np.mean(np.log(totals) - shifted[rows, y][:, None], axis=0)
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ / n

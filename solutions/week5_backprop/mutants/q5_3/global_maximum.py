"""Mutant: subtracts the maximum of the whole array.
Misconception: one maximum serves all rows.
Killed by: test_common_shift
Hint: shift
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    shifted = Z - Z.max()
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    loss = float(np.mean(np.log(totals[:, 0]) - shifted[rows, y]))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ / n

"""Mutant: Z -= maximum.
Misconception: Z is a local variable.
Killed by: test_types_and_shapes
Hint: purity
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64) if Z.dtype != np.float64 else Z
    n, rows = len(Z), np.arange(len(Z))
    Z -= Z.max(axis=1, keepdims=True)
    shifted = Z
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    loss = float(np.mean(np.log(totals[:, 0]) - shifted[rows, y]))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ / n

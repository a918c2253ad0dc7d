"""Mutant: clips the probabilities at 1e-7.
Misconception: a probability of 0 cannot be right, so it is lifted.
Killed by: test_extreme_logits
Hint: extreme
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    shifted = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    loss = float(np.mean(-np.log(np.clip(P, 1e-7, 1 - 1e-7)[rows, y])))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ / n

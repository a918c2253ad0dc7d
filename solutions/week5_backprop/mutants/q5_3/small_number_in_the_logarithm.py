"""Mutant: loss is -log(p + 1e-12).
Misconception: a small number prevents the logarithm of 0 and costs nothing.
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
    loss = float(np.mean(-np.log(P[rows, y] + 1e-12)))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ / n

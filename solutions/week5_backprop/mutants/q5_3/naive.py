"""Mutant: takes exp of the logits as they are.
Misconception: a formula that is right on paper is right on a computer.
Killed by: test_common_shift, test_extreme_logits
Hint: shift
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    shifted = Z
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    loss = float(np.mean(np.log(totals[:, 0]) - shifted[rows, y]))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ / n

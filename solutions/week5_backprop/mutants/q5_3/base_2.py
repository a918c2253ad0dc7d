"""Mutant: measures in bits, loss and gradient alike.
Misconception: log is log.
Killed by: test_loss, test_equal_logits, test_gradient
Hint: loss
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    shifted = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    loss = float(1 / np.log(2) * np.mean(np.log(totals[:, 0]) - shifted[rows, y]))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ / n / np.log(2)

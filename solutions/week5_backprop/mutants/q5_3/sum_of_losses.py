"""Mutant: adds the losses up, and their gradients too.
Misconception: sum and mean are the same up to a constant.
Killed by: test_loss, test_equal_logits, test_every_sample_twice
Hint: loss
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    shifted = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    loss = float(np.sum(np.log(totals[:, 0]) - shifted[rows, y]))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ

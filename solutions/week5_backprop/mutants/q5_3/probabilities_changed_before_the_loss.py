"""Mutant: subtracts the truth from P and then reads the loss from P.
Misconception: an array is a value that nobody else changes.
Killed by: test_loss, test_gradient_is_the_slope_of_the_loss
Hint: loss
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    shifted = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    dZ = P
    dZ[rows, y] -= 1
    loss = float(-np.mean(np.log(np.abs(P[rows, y]))))
    return loss, dZ / n

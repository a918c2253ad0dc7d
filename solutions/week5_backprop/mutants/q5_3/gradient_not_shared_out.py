"""Mutant: dZ has no 1/n.
Misconception: the 1/n of the mean is dropped on the way back; the loss is right.
Killed by: test_gradient, test_gradient_is_the_slope_of_the_loss, test_every_sample_twice
Hint: gradient
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    shifted = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(shifted)
    totals = E.sum(axis=1, keepdims=True)
    P = E / totals
    loss = float(np.mean(np.log(totals[:, 0]) - shifted[rows, y]))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, dZ

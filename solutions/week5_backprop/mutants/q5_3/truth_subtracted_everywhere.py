"""Mutant: subtracts 1 from the columns of the right classes in all rows.
Misconception: dZ[:, y] picks one entry a row.
Killed by: test_gradient, test_rows_of_the_gradient_sum_to_zero
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
    dZ[:, y] -= 1
    return loss, dZ / n

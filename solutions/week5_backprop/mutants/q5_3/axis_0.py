"""Mutant: softmax over the samples.
Misconception: the first axis is the one to sum over.
Killed by: test_loss, test_gradient, test_rows_of_the_gradient_sum_to_zero
Hint: loss
"""

def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, dtype=np.float64)
    n, rows = len(Z), np.arange(len(Z))
    E = np.exp(Z - Z.max(axis=0))
    P = E / E.sum(axis=0)
    loss = float(-np.mean(np.log(P[rows, y])))
    P[rows, y] -= 1
    return loss, P / n

"""Mutant: returns the gradients of the sum of the output.
Misconception: the layer is differentiated, and what comes after it does not matter.
Killed by: test_gradients, test_small_changes_are_predicted
Hint: dX
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W + b, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    dout = np.ones_like(dout)
    return dout @ W.T, X.T @ dout, dout.sum(axis=0)

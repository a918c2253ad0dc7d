"""Mutant: dX is dout @ W.
Misconception: going back through W is multiplying by W.
Killed by: test_gradients, test_square_layer
Hint: square
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W + b, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    return dout @ W, X.T @ dout, dout.sum(axis=0)

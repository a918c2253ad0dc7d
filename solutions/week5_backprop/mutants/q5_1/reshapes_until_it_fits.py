"""Mutant: dX is W @ dout.T, reshaped to the shape of X.
Misconception: a shape error is mended by a reshape.
Killed by: test_gradients, test_square_layer
Hint: dX
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W + b, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    return (W @ dout.T).reshape(X.shape), X.T @ dout, dout.sum(axis=0)

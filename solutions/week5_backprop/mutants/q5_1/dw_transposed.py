"""Mutant: dW is dout.T @ X.
Misconception: a product of the two right matrices is right.
Killed by: test_types_and_shapes, test_square_layer
Hint: shape
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W + b, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    return dout @ W.T, dout.T @ X, dout.sum(axis=0)

"""Mutant: db has shape (1, h).
Misconception: keepdims is always right.
Killed by: test_types_and_shapes, test_gradients
Hint: shape
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W + b, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    return dout @ W.T, X.T @ dout, dout.sum(axis=0, keepdims=True)

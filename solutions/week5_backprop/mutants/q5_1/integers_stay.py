"""Mutant: multiplies integers as integers.
Misconception: numbers are numbers.
Killed by: test_types_and_shapes
Hint: float64
"""

def affine_forward(X, W, b):
    return X @ W + b, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    return dout @ W.T, X.T @ dout, dout.sum(axis=0)

"""Mutant: the output is X W.
Misconception: b is only there for the backward step.
Killed by: test_forward
Hint: forward
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    return dout @ W.T, X.T @ dout, dout.sum(axis=0)

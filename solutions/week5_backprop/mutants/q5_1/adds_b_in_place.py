"""Mutant: adds dout into the caller's array.
Misconception: what is not needed any more may be used as scratch space.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W + b, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    dX, dW = dout @ W.T, X.T @ dout
    for row in dout[1:]:
        dout[0] += row
    return dX, dW, dout[0].copy()

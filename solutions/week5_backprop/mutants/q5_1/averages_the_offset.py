"""Mutant: db is the mean of dout over the samples.
Misconception: the loss is a mean, so every gradient must be one.
Killed by: test_gradients, test_small_changes_are_predicted
Hint: db
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W + b, (X, W)


def affine_backward(dout, cache):
    X, W = cache
    return dout @ W.T, X.T @ dout, dout.mean(axis=0)

"""Mutant: drops axes of length 1.
Misconception: an array with one row is a vector.
Killed by: test_one_sample_one_feature_one_output
Hint: one
"""

def affine_forward(X, W, b):
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return np.squeeze(X @ W + b), (X, W)


def affine_backward(dout, cache):
    X, W = cache
    return np.squeeze(dout @ W.T), X.T @ dout, dout.sum(axis=0)

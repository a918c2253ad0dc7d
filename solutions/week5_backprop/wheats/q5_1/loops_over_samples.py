"""Wheat: a loop over the samples, outer products, a class as cache."""

class _Cache:
    pass


def affine_forward(X, W, b):
    cache = _Cache()
    cache.X, cache.W = X, W
    return np.array([np.asarray(x, dtype=np.float64) @ W + b for x in X]), cache


def affine_backward(dout, cache):
    dW = np.zeros(cache.W.shape)
    db = np.zeros(cache.W.shape[1])
    dX = []
    for x, slope in zip(cache.X, dout):
        dW += np.outer(x, slope)
        db += slope
        dX.append(cache.W @ slope)
    return np.array(dX, dtype=np.float64), dW, db

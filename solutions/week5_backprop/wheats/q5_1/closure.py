"""Wheat: the cache is a function."""

def affine_forward(X, W, b):
    X = np.array(X, dtype=float)
    W = np.array(W, dtype=float)

    def back(dout):
        return np.dot(dout, W.transpose()), np.dot(X.transpose(), dout), np.ones(len(dout)) @ dout

    return np.dot(X, W) + np.asarray(b)[None, :], back


def affine_backward(dout, cache):
    return cache(dout)

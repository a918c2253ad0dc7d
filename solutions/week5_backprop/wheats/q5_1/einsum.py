"""Wheat: einsum, and a dictionary as cache."""

def affine_forward(X, W, b):
    out = np.einsum("nd,dh->nh", X.astype(np.float64), W) + b
    return np.asarray(out, dtype=np.float64), {"X": X, "W": W}


def affine_backward(dout, cache):
    dX = np.einsum("nh,dh->nd", dout, cache["W"])
    dW = np.einsum("nd,nh->dh", cache["X"], dout)
    return dX, dW, np.einsum("nh->h", dout)

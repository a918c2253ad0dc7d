"""Wheat: adds up shifted copies, forward and back."""


def conv2d_forward(X: F, W: F, b: F) -> tuple[F, Any]:
    rows, columns = X.shape[2] - W.shape[2] + 1, X.shape[3] - W.shape[3] + 1
    out = np.zeros((len(X), len(W), rows, columns)) + b[None, :, None, None]
    for p in range(W.shape[2]):
        for q in range(W.shape[3]):
            out += np.einsum("nchw,fc->nfhw", X[:, :, p : p + rows, q : q + columns], W[:, :, p, q])
    return out, {"X": X, "W": W}


def conv2d_backward(dout: F, cache: Any) -> tuple[F, F, F]:
    X, W = cache["X"], cache["W"]
    kh, kw = W.shape[2:]
    # a full convolution of the padded slopes with the flipped kernel
    padded = np.pad(dout, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    dX = conv2d_forward(padded, W[:, :, ::-1, ::-1].swapaxes(0, 1), np.zeros(X.shape[1]))[0]
    dW = conv2d_forward(X.swapaxes(0, 1), dout.swapaxes(0, 1), np.zeros(dout.shape[1]))[0].swapaxes(0, 1)
    return dX, dW, dout.sum(axis=(0, 2, 3))

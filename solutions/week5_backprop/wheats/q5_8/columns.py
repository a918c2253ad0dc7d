"""Wheat: patches as the rows of a matrix, then the affine layer of Q5.1; the cache is a closure."""


def conv2d_forward(X: F, W: F, b: F) -> tuple[F, Any]:
    n, c, height, width = X.shape
    f, _, kh, kw = W.shape
    rows, columns = height - kh + 1, width - kw + 1
    places = [(i, j) for i in range(rows) for j in range(columns)]
    patches = np.array([X[:, :, i : i + kh, j : j + kw].reshape(n, -1) for i, j in places], dtype=float)  # (places, n, ckk)
    flat = W.reshape(f, -1).astype(float)
    out = (patches @ flat.T + b).transpose(1, 2, 0).reshape(n, f, rows, columns)

    def back(dout: F) -> tuple[F, F, F]:
        slopes = dout.reshape(n, f, -1).transpose(2, 0, 1)  # (places, n, f)
        dX = np.zeros((n, c, height, width))
        for (i, j), part in zip(places, slopes @ flat):
            dX[:, :, i : i + kh, j : j + kw] += part.reshape(n, c, kh, kw)
        dW = np.einsum("anf,ank->fk", slopes, patches).reshape(f, c, kh, kw)
        return dX, dW, slopes.sum(axis=(0, 1))

    return out, back


def conv2d_backward(dout: F, cache: Any) -> tuple[F, F, F]:
    return cache(dout)

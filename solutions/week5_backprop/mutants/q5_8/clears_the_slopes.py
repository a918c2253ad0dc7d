"""Mutant: clears the slopes when it is done with them.
Misconception: an argument that is not needed any more is mine.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""

def conv2d_forward(X: F, W: F, b: F) -> tuple[F, Any]:
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    patches = np.lib.stride_tricks.sliding_window_view(X, W.shape[2:], axis=(2, 3))
    out = np.moveaxis(np.tensordot(patches, W, axes=((1, 4, 5), (1, 2, 3))), -1, 1)
    return out + np.asarray(b, dtype=np.float64)[:, None, None], (X, W)


def conv2d_backward(dout: F, cache: Any) -> tuple[F, F, F]:
    X, W = cache
    rows, columns = dout.shape[2:]
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for p in range(W.shape[2]):
        for q in range(W.shape[3]):
            seen = slice(p, p + rows), slice(q, q + columns)
            dW[:, :, p, q] = np.tensordot(dout, X[:, :, *seen], axes=((0, 2, 3), (0, 2, 3)))
            dX[:, :, *seen] += np.moveaxis(np.tensordot(dout, W[:, :, p, q], axes=(1, 0)), -1, 1)
    db = np.sum(dout, axis=(0, 2, 3), dtype=np.float64)
    dout[:] = 0
    return dX, dW, db

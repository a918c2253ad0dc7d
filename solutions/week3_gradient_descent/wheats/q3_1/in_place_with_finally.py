"""Wheat: in place on the caller's own array, with the saved entry put back whatever happens."""


def numerical_gradient(f, x, h=1e-5):
    if not np.issubdtype(x.dtype, np.floating):
        x = x.astype(np.float64)
    slopes = np.zeros_like(x)
    walk = np.nditer(x, flags=["multi_index"])
    for _ in walk:
        i = walk.multi_index
        saved = x[i]
        try:
            x[i] = saved + h
            ahead = f(x)
            x[i] = saved - h
            behind = f(x)
        finally:
            x[i] = saved
        slopes[i] = 0.5 * (ahead - behind) / h
    return slopes

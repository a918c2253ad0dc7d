"""Wheat: flat unit vectors, reshaped for f; a list of quotients."""


def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x)
    base = x.astype(float).reshape(-1)
    steps = h * np.eye(base.size)
    quotients = [(f((base + e).reshape(x.shape)) - f((base - e).reshape(x.shape))) / (2 * h) for e in steps]
    return np.array(quotients, dtype=float).reshape(x.shape)

"""Wheat: the cache is the output; entries are chosen one by one."""

def relu_forward(A):
    out = (np.abs(A) + A) / 2.0
    return out, out


def relu_backward(dout, cache):
    return np.sign(cache) * dout


def dropout_forward(A, p_drop, rng, train):
    if not (0.0 <= p_drop < 1.0):
        raise ValueError(f"not a probability below 1: {p_drop}")
    n, h = np.shape(A)
    keep = 1.0 - p_drop
    if train:
        mask = np.array([[1.0 / keep if rng.uniform() < keep else 0.0 for _ in range(h)] for _ in range(n)])
    else:
        mask = np.full((n, h), 1.0)
    return np.multiply(A, mask), mask

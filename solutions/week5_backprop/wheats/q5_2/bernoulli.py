"""Wheat: a draw of bernoulli numbers, and a boolean cache."""

def relu_forward(A):
    positive = A > 0
    return np.where(positive, A, 0).astype(float), positive


def relu_backward(dout, cache):
    slopes = np.array(dout, dtype=float)
    slopes[~cache] = 0.0
    return slopes


def dropout_forward(A, p_drop, rng, train):
    if p_drop >= 1 or p_drop < 0:
        raise ValueError("p_drop must be in [0, 1)")
    mask = np.ones_like(A, dtype=float)
    if train:
        mask = rng.binomial(1, 1 - p_drop, size=np.shape(A)) / (1 - p_drop)
    return mask * A, mask

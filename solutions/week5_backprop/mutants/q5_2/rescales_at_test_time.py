"""Mutant: scales at test time instead of in training.
Misconception: the original dropout is mixed up with the inverted one.
Killed by: test_nothing_is_dropped_at_test_time
Hint: off
"""

def relu_forward(A):
    A = np.asarray(A, dtype=np.float64)
    return np.maximum(A, 0.0), A


def relu_backward(dout, cache):
    return dout * (cache > 0)


def dropout_forward(A, p_drop, rng, train):
    if p_drop < 0 or p_drop >= 1:
        raise ValueError("p_drop")
    A = np.asarray(A, dtype=np.float64)
    if not train:
        return A * (1 - p_drop), np.full(A.shape, 1 - p_drop)
    mask = (rng.random(A.shape) >= p_drop) / (1 - p_drop)
    return A * mask, mask

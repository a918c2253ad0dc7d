"""Mutant: the backward step is the identity.
Misconception: max does not change the slope.
Killed by: test_relu, test_slope_at_zero
Hint: relu-back
"""

def relu_forward(A):
    A = np.asarray(A, dtype=np.float64)
    return np.maximum(A, 0.0), A


def relu_backward(dout, cache):
    return np.array(dout)


def dropout_forward(A, p_drop, rng, train):
    if p_drop < 0 or p_drop >= 1:
        raise ValueError("p_drop")
    A = np.asarray(A, dtype=np.float64)
    if not train:
        return A.copy(), np.ones(A.shape)
    mask = (rng.random(A.shape) >= p_drop) / (1 - p_drop)
    return A * mask, mask

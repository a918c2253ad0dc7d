"""Mutant: sets negative entries of the argument to 0.
Misconception: a slice is a copy.
Killed by: test_types_and_shapes
Hint: purity
"""

def relu_forward(A):
    seen = np.array(A, dtype=np.float64)
    A[A < 0] = 0
    return np.asarray(A, dtype=np.float64), seen


def relu_backward(dout, cache):
    return dout * (cache > 0)


def dropout_forward(A, p_drop, rng, train):
    if p_drop < 0 or p_drop >= 1:
        raise ValueError("p_drop")
    A = np.asarray(A, dtype=np.float64)
    if not train:
        return A.copy(), np.ones(A.shape)
    mask = (rng.random(A.shape) >= p_drop) / (1 - p_drop)
    return A * mask, mask

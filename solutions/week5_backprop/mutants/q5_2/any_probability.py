"""Mutant: does not look at p_drop.
Misconception: nobody passes 1.
Killed by: test_probability_out_of_range
Hint: range
"""

def relu_forward(A):
    A = np.asarray(A, dtype=np.float64)
    return np.maximum(A, 0.0), A


def relu_backward(dout, cache):
    return dout * (cache > 0)


def dropout_forward(A, p_drop, rng, train):
    if False:
        raise ValueError("p_drop")
    A = np.asarray(A, dtype=np.float64)
    if not train:
        return A.copy(), np.ones(A.shape)
    mask = (rng.random(A.shape) >= p_drop) / (1 - p_drop)
    return A * mask, mask

"""Mutant: makes a generator with a fixed seed.
Misconception: reproducible means the same numbers each time.
Killed by: test_the_generator_decides
Hint: rng
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
        return A.copy(), np.ones(A.shape)
    mask = (np.random.default_rng(0).random(A.shape) >= p_drop) / (1 - p_drop)
    return A * mask, mask

"""Mutant: keeps the input in a global name.
Misconception: there is only one ReLU in a network.
Killed by: test_two_forward_steps_before_a_backward_step
Hint: cache
"""

_seen = None


def relu_forward(A):
    global _seen
    _seen = np.asarray(A, dtype=np.float64)
    return np.maximum(_seen, 0.0), None


def relu_backward(dout, cache):
    return dout * (_seen > 0)


def dropout_forward(A, p_drop, rng, train):
    if p_drop < 0 or p_drop >= 1:
        raise ValueError("p_drop")
    A = np.asarray(A, dtype=np.float64)
    if not train:
        return A.copy(), np.ones(A.shape)
    mask = (rng.random(A.shape) >= p_drop) / (1 - p_drop)
    return A * mask, mask

"""Mutant: lets a hundredth of negative entries through.
Misconception: there is only one ReLU.
Killed by: test_relu
Hint: relu
"""

def relu_forward(A):
    A = np.asarray(A, dtype=np.float64)
    return np.where(A > 0, A, 0.01 * A), A


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

"""Mutant: survivors are not scaled.
Misconception: dropping is all there is to dropout.
Killed by: test_the_mask_is_what_was_applied, test_shares_and_means
Hint: scale
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
    mask = (rng.random(A.shape) >= p_drop) * 1.0
    return A * mask, mask

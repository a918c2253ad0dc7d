"""Mutant: keeps an entry with probability p_drop.
Misconception: the p of dropout is thought to be the probability of survival.
Killed by: test_shares_and_means
Hint: share
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
    mask = (rng.random(A.shape) < p_drop) / (1 - p_drop)
    return A * mask, mask

"""Mutant: keeps the inputs in a global name.
Misconception: there is only one layer.
Killed by: test_two_forward_steps_before_a_backward_step
Hint: cache
"""

_last = None


def affine_forward(X, W, b):
    global _last
    _last = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return _last[0] @ _last[1] + b, None


def affine_backward(dout, cache):
    X, W = _last
    return dout @ W.T, X.T @ dout, dout.sum(axis=0)

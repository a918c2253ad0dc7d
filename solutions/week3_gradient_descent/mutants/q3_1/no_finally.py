"""Mutant: puts the saved entry back, but not when f raises.
Misconception: an exception is thought to end the program, not to reach the caller with x half changed.
Killed by: test_f_raises
Hint: exception
"""


def numerical_gradient(f, x, h=1e-5):
    if x.dtype != np.float64:
        x = x.astype(float)
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        saved = x[i]
        x[i] = saved + h
        ahead = f(x)
        x[i] = saved - h
        behind = f(x)
        x[i] = saved
        slopes[i] = (ahead - behind) / (2 * h)
    return slopes

"""Mutant: steps through ravel() of a copy.
Misconception: ravel() is thought to be a view always; of an array stored by columns it is a copy.
Killed by: test_matrices
Hint: memory-order
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x).astype(float)
    flat = x.ravel()
    slopes = np.zeros(x.size)
    for i in range(x.size):
        saved = flat[i]
        flat[i] = saved + h
        ahead = f(x)
        flat[i] = saved - h
        behind = f(x)
        flat[i] = saved
        slopes[i] = (ahead - behind) / (2 * h)
    return slopes.reshape(x.shape)

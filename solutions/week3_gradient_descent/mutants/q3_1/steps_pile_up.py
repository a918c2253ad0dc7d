"""Mutant: does not begin at x again for the next coordinate.
Misconception: the point is moved on, as in coordinate descent.
Killed by: test_polynomials
Hint: slopes
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    point = x.copy()
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        point[i] = x[i] + h
        ahead = f(point)
        point[i] = x[i] - h
        behind = f(point)
        point[i] += 0.01
        slopes[i] = (ahead - behind) / (2 * h)
    return slopes

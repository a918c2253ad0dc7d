"""Mutant: changes x in place and undoes it by arithmetic.
Misconception: x + h - 2h + h is thought to be x; it is off by rounding.
Killed by: test_arguments_stay_as_they_are, test_f_raises
Hint: purity
"""


def numerical_gradient(f, x, h=1e-5):
    if x.dtype != np.float64:
        x = x.astype(float)
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        ahead = f(x)
        x[i] -= 2 * h
        behind = f(x)
        x[i] += h
        slopes[i] = (ahead - behind) / (2 * h)
    return slopes

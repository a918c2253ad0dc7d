"""Mutant: uses four points a coordinate.
Misconception: more is thought to be better; f may be expensive.
Killed by: test_number_of_calls
Hint: calls
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        slopes[i] = (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h)
    return slopes

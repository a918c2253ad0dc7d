"""Mutant: steps along all coordinates at once.
Misconception: broadcasting is thought to give one quotient a coordinate.
Killed by: test_polynomials, test_number_of_calls
Hint: slopes
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))

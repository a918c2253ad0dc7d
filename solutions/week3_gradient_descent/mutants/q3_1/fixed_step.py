"""Mutant: uses 1e-5 whatever h says.
Misconception: a default value is taken for a constant.
Killed by: test_error_falls_with_the_square_of_h
Hint: order
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += 1e-5
        behind[i] -= 1e-5
        slopes[i] = (f(ahead) - f(behind)) / 2e-5
    return slopes

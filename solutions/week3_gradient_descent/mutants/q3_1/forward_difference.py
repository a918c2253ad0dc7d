"""Mutant: takes the difference to one side only.
Misconception: one side is thought to be as good as two; its error is of first order.
Killed by: test_error_falls_with_the_square_of_h, test_quadratics_are_exact, test_number_of_calls
Hint: one-sided
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    here = f(x)
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        ahead = x.copy()
        ahead[i] += h
        slopes[i] = (f(ahead) - here) / h
    return slopes

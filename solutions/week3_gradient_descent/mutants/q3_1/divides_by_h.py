"""Mutant: divides by h instead of 2h.
Misconception: the distance of the two points is thought to be the step.
Killed by: test_polynomials, test_quadratics_are_exact
Hint: factor
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += h
        behind[i] -= h
        slopes[i] = (f(ahead) - f(behind)) / h
    return slopes

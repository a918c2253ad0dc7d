"""Mutant: catches exceptions of f and returns NaN.
Misconception: an optimiser should never stop, one thinks; the caller never hears of the mistake.
Killed by: test_f_raises
Hint: exception
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += h
        behind[i] -= h
        try:
            slopes[i] = (f(ahead) - f(behind)) / (2 * h)
        except Exception:
            slopes[i] = np.nan
    return slopes

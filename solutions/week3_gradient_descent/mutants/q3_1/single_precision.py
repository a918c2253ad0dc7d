"""Mutant: computes in float32.
Misconception: a habit from deep learning; 7 digits are thought to be enough for a difference.
Killed by: test_types_and_shapes, test_polynomials
Hint: float64
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float32)
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += h
        behind[i] -= h
        slopes[i] = (f(ahead) - f(behind)) / (2 * h)
    return slopes

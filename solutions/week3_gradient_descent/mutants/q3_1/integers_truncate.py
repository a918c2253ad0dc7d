"""Mutant: keeps the dtype of x.
Misconception: x + h is thought to make room for the fraction; an integer array has none.
Killed by: test_integers
Hint: integers
"""


def numerical_gradient(f, x, h=1e-5):
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] = ahead[i] + h
        behind[i] = behind[i] - h
        slopes[i] = (f(ahead) - f(behind)) / (2 * h)
    return slopes

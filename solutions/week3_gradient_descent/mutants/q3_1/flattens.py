"""Mutant: returns a flat vector, whatever the shape of x.
Misconception: a gradient is thought to be a vector always.
Killed by: test_types_and_shapes, test_matrices
Hint: shape
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    slopes = []
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(ahead) - f(behind)) / (2 * h))
    return np.array(slopes)

"""Mutant: calls f with a flat vector.
Misconception: f is thought to take a vector always.
Killed by: test_types_and_shapes, test_matrices
Hint: shape
"""


def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    flat = x.flatten()
    slopes = np.zeros_like(flat)
    for i in range(flat.size):
        e = np.zeros_like(flat)
        e[i] = h
        slopes[i] = (f(flat + e) - f(flat - e)) / (2 * h)
    return slopes.reshape(x.shape)

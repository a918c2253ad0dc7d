"""Mutant: multiplies A * B element by element.
Misconception: * is taken for the matrix product.
Killed by: test_squared_distances
Hint: pairs
"""


def pairwise_sq_dists(A, B):
    a, b = (A**2).sum(1), (B**2).sum(1)
    return np.maximum(a[:, None] + b - 2.0 * (A * B).sum(1), 0)

"""Mutant: returns the distance, not its square.
Misconception: 'distance' is read, 'squared' is not.
Killed by: test_squared_distances
Hint: root
"""


def pairwise_sq_dists(A, B):
    squares = (A**2).sum(1)[:, None] + (B**2).sum(1) - 2.0 * A @ B.T
    return np.sqrt(np.maximum(squares, 0))

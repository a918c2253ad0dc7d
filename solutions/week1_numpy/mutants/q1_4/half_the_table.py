"""Mutant: fills only the upper triangle.
Misconception: the table is thought to be symmetric even where A is not B.
Killed by: test_squared_distances, test_distances_within_a_set
Hint: metric
"""


def pairwise_sq_dists(A, B):
    squares = (A**2).sum(1)[:, None] + (B**2).sum(1) - 2.0 * A @ B.T
    return np.triu(np.maximum(squares, 0))

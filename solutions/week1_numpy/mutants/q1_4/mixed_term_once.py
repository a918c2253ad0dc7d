"""Mutant: subtracts a.b once instead of twice.
Misconception: the binomial formula is remembered without its factor 2.
Killed by: test_squared_distances, test_rigid_motions_change_nothing, test_distances_within_a_set
Hint: moved
"""


def pairwise_sq_dists(A, B):
    return np.maximum((A**2).sum(1)[:, None] + (B**2).sum(1) - 1.0 * A @ B.T, 0)

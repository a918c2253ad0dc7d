"""Mutant: squares its arguments in place.
Misconception: A **= 2 is read as A = A ** 2.
Killed by: test_types_and_shapes
Hint: purity
"""


def pairwise_sq_dists(A, B):
    mixed = A @ B.T
    A **= 2
    B = B**2
    return np.maximum(A.sum(1)[:, None] + B.sum(1) - 2.0 * mixed, 0)

"""Mutant: uses the squared lengths of A for B as well.
Misconception: only the case A is B was tried.
Killed by: test_squared_distances
Hint: pairs
"""


def pairwise_sq_dists(A, B):
    a = (A**2).sum(1)
    return np.maximum(a[:, None] + a - 2.0 * A @ B.T, 0)

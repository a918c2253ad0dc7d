"""Mutant: builds the (n, m, d) array of all differences.
Misconception: 'vectorised' is thought to be enough; memory is not thought of.
Killed by: test_memory
Hint: memory
"""


def pairwise_sq_dists(A, B):
    return (((A[:, None, :] - B[None, :, :]) * 1.0) ** 2).sum(axis=2)

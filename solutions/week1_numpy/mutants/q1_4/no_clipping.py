"""Mutant: does not clip at 0.
Misconception: an expression that cannot be negative on paper is thought to be so on a computer.
Killed by: test_far_from_the_origin
Hint: sign
"""


def pairwise_sq_dists(A, B):
    return (A**2).sum(1)[:, None] + (B**2).sum(1) - 2.0 * A @ B.T

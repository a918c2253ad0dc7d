"""Mutant: squeezes the result.
Misconception: axes of length 1 are thought to be noise.
Killed by: test_single_rows_and_columns
Hint: one-of-each
"""


def pairwise_sq_dists(A, B):
    squares = (A**2).sum(1)[:, None] + (B**2).sum(1) - 2.0 * A @ B.T
    return np.maximum(squares, 0).squeeze()

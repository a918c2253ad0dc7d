"""Mutant: adds the squared lengths of A along the columns of the result, those of B down its rows.
Misconception: broadcasting is thought to find the right axis by itself; it does not complain where n = m.
Killed by: test_squared_distances, test_types_and_shapes
Hint: pairs
"""


def pairwise_sq_dists(A, B):
    a, b = (A**2).sum(1), (B**2).sum(1)
    return np.maximum(a + b[:, None] - 2.0 * A @ B.T, 0)

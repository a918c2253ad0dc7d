"""Wheat: einsum, and only the row of A that the selection needs."""


def linear_map(X, A, b=None):
    Y = np.einsum("nd,pd->np", X, A).astype(np.float64)
    if b is not None:
        Y += b
    return Y


def select_positive(X, A):
    return np.greater(X @ A[0], 0.0)

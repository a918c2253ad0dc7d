"""Wheat: a loop over samples, which is legal here."""


def linear_map(X, A, b=None):
    offset = np.zeros(len(A)) if b is None else b
    Y = np.zeros((len(X), len(A)))
    for i, x in enumerate(X):
        for j, row in enumerate(A):
            Y[i, j] = sum(float(a) * float(c) for a, c in zip(row, x)) + offset[j]
    return Y


def select_positive(X, A):
    return np.fromiter((np.dot(A[0], x) > 0 for x in X), dtype=bool, count=len(X))

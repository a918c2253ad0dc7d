"""Wheat: column vectors as in the formula, transposed at the end."""


def linear_map(X, A, b=None):
    Y = np.dot(A, np.transpose(X)).astype(float)
    if b is not None:
        Y = Y + np.reshape(b, (-1, 1))
    return Y.T


def select_positive(X, A):
    first = linear_map(X, A[:1])[:, 0]
    return np.sign(first) == 1

"""Mutant: squares its arguments in place.
Misconception: A **= 2 is read as A = A ** 2.
Killed by: test_types_and_shapes
Hint: purity
"""


def rbf_kernel(A, B, gamma):
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    mixed = A @ B.T
    A **= 2
    B **= 2
    squares = A.sum(axis=1)[:, None] + B.sum(axis=1) - 2 * mixed
    return np.exp(-gamma * np.maximum(squares, 0.0))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return (np.asarray(A, dtype=float) @ np.asarray(B, dtype=float).T + coef0) ** degree


def is_psd(K, tol=1e-8):
    if K.shape[0] != K.shape[1] or np.abs(K - K.T).max() > tol:
        return False
    return bool(np.linalg.eigvalsh(K).min() >= -tol)

"""Mutant: computes the kernel matrix of A with A.
Misconception: a kernel matrix is thought to be always square.
Killed by: test_types_and_shapes, test_rbf, test_polynomial
Hint: pairs
"""


def rbf_kernel(A, B, gamma):
    A, B = np.asarray(A, dtype=float), np.asarray(A, dtype=float)
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.exp(-gamma * np.maximum(squares, 0.0))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return (np.asarray(A, dtype=float) @ np.asarray(A, dtype=float).T + coef0) ** degree


def is_psd(K, tol=1e-8):
    if K.shape[0] != K.shape[1] or np.abs(K - K.T).max() > tol:
        return False
    return bool(np.linalg.eigvalsh(K).min() >= -tol)

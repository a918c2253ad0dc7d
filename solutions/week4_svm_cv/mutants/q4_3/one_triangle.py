"""Mutant: does not look whether the matrix is symmetric.
Misconception: eigvalsh is thought to check what it assumes.
Killed by: test_symmetry_is_asked_for, test_tolerance
Hint: psd-symmetric
"""


def rbf_kernel(A, B, gamma):
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.exp(-gamma * np.maximum(squares, 0.0))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return (np.asarray(A, dtype=float) @ np.asarray(B, dtype=float).T + coef0) ** degree


def is_psd(K, tol=1e-8):
    if K.shape[0] != K.shape[1]:
        return False
    return bool(np.linalg.eigvalsh(K).min() >= -tol)

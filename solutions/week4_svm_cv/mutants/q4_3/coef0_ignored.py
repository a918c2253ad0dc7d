"""Mutant: leaves coef0 out: the homogeneous kernel.
Misconception: an additive constant is thought not to matter.
Killed by: test_polynomial, test_six_features
Hint: features
"""


def rbf_kernel(A, B, gamma):
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.exp(-gamma * np.maximum(squares, 0.0))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return (np.asarray(A, dtype=float) @ np.asarray(B, dtype=float).T) ** degree


def is_psd(K, tol=1e-8):
    if K.shape[0] != K.shape[1] or np.abs(K - K.T).max() > tol:
        return False
    return bool(np.linalg.eigvalsh(K).min() >= -tol)

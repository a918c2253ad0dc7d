"""Mutant: tries a Cholesky factorisation.
Misconception: it needs a definite matrix, and reads one triangle only.
Killed by: test_psd_is_recognised, test_symmetry_is_asked_for
Hint: psd-yes
"""


def rbf_kernel(A, B, gamma):
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.exp(-gamma * np.maximum(squares, 0.0))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return (np.asarray(A, dtype=float) @ np.asarray(B, dtype=float).T + coef0) ** degree


def is_psd(K, tol=1e-8):
    try:
        np.linalg.cholesky(K)
    except np.linalg.LinAlgError:
        return False
    return True

"""Mutant: forgets the minus.
Misconception: a kernel is thought to be a distance, not a similarity.
Killed by: test_rbf, test_rbf_of_a_set_with_itself
Hint: rbf-properties
"""


def rbf_kernel(A, B, gamma):
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.exp(gamma * np.maximum(squares, 0.0))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return (np.asarray(A, dtype=float) @ np.asarray(B, dtype=float).T + coef0) ** degree


def is_psd(K, tol=1e-8):
    if K.shape[0] != K.shape[1] or np.abs(K - K.T).max() > tol:
        return False
    return bool(np.linalg.eigvalsh(K).min() >= -tol)

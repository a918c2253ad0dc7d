"""Mutant: computes every entry in a Python loop.
Misconception: a loop is thought to cost what the same loop costs in C.
Killed by: test_speed
Hint: loop
"""


def rbf_kernel(A, B, gamma):
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    squares = np.array([[np.sum((a - b) ** 2) for b in B] for a in A])
    return np.exp(-gamma * np.maximum(squares, 0.0))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return (np.asarray(A, dtype=float) @ np.asarray(B, dtype=float).T + coef0) ** degree


def is_psd(K, tol=1e-8):
    if K.shape[0] != K.shape[1] or np.abs(K - K.T).max() > tol:
        return False
    return bool(np.linalg.eigvalsh(K).min() >= -tol)

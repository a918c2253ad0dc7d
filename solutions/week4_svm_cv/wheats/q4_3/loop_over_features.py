"""Wheat: squared distances one feature at a time; scipy's eigenvalues."""


def rbf_kernel(A, B, gamma):
    total = np.zeros((len(A), len(B)))
    for j in range(A.shape[1]):
        total += np.subtract.outer(A[:, j], B[:, j]) ** 2
    return np.exp(-gamma * total)


def polynomial_kernel(A, B, degree, coef0=1.0):
    base = np.einsum("ik,jk->ij", A, B).astype(float) + coef0
    result = np.ones_like(base)
    for _ in range(degree):
        result *= base
    return result


def is_psd(K, tol=1e-8):
    from scipy import linalg

    if K.shape[0] != K.shape[1] or (np.abs(K - K.T) > tol).any():
        return False
    return bool((linalg.eigh((K + K.T) / 2, eigvals_only=True) >= -tol).all())

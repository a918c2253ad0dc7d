"""Wheat: centres the points first; a Cholesky factorisation of K + tol."""


def rbf_kernel(A, B, gamma):
    centre = np.mean(A, axis=0)
    A, B = A - centre, B - centre
    norms = np.add.outer(np.einsum("ij,ij->i", A, A), np.einsum("ij,ij->i", B, B))
    return np.exp(np.minimum(-gamma * (norms - 2 * (A @ B.T)), 0))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return np.asarray((np.matmul(A, np.transpose(B)) + coef0) ** degree, dtype=np.float64, order="F")


def is_psd(K, tol=1e-8):
    K = np.asarray(K, dtype=float)
    if K.ndim != 2 or K.shape[0] != K.shape[1] or np.max(np.abs(K - K.T)) > tol:
        return False
    try:
        np.linalg.cholesky(K + tol * np.eye(len(K)))
    except np.linalg.LinAlgError:
        return False
    return True

"""Wheat: cdist and eigvals."""


def rbf_kernel(A, B, gamma):
    from scipy.spatial.distance import cdist

    return np.exp(-gamma * cdist(A, B, "sqeuclidean"))


def polynomial_kernel(A, B, degree, coef0=1.0):
    return np.power(coef0 + np.inner(A, B), float(degree))


def is_psd(K, tol=1e-8):
    n, m = K.shape
    if n != m:
        return False
    if not np.allclose(K, K.T, rtol=0, atol=tol):
        return False
    return np.all(np.linalg.eigvals(K).real >= -tol)

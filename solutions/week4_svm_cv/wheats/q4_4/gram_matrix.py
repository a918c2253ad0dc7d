"""Wheat: everything by the Gram matrix; the objective is written out."""


def recover_primal(alpha, X, y, C, tol=1e-6):
    if np.any(alpha < -tol) or np.any(alpha > C + tol) or np.abs(np.sum(alpha * y)) > 1e-6:
        raise ValueError("alpha is not feasible")
    signed = alpha * y
    r = y - (X @ X.T) @ signed
    free = np.logical_and(alpha > tol, alpha < C - tol)
    if np.count_nonzero(free):
        b = np.mean(r[free])
    else:
        at_zero = alpha <= tol
        lower = r[(at_zero & (y == 1)) | (~at_zero & (y == -1))]
        upper = r[(at_zero & (y == -1)) | (~at_zero & (y == 1))]
        b = (np.max(lower) + np.min(upper)) / 2
    return LinearSVM(w=X.T @ signed, b=b, support=np.where(alpha > tol)[0])


def duality_gap(alpha, svm, X, y, C):
    K = X @ X.T
    signed = alpha * y
    D = np.sum(alpha) - signed @ K @ signed / 2
    J = svm.w @ svm.w / 2 + C * np.clip(1 - y * (X @ svm.w + svm.b), 0, None).sum()
    return J - D

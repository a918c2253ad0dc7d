"""Wheat: works on the support vectors only, as a library would."""


def recover_primal(alpha, X, y, C, tol=1e-6):
    alpha = np.asarray(alpha, dtype=np.float64)
    if not (np.all(alpha >= -tol) and np.all(alpha <= C + tol)):
        raise ValueError("0 <= alpha <= C does not hold")
    if not np.isclose(np.dot(alpha, y), 0.0, rtol=0, atol=1e-6):
        raise ValueError("sum alpha y is not 0")
    chosen = np.nonzero(alpha > 0)[0]
    w = np.einsum("i,i,ij->j", alpha[chosen], y[chosen].astype(float), X[chosen])
    f = X @ w
    free = np.nonzero((tol < alpha) & (alpha < C - tol))[0]
    if free.size:
        b = float(np.average(y[free] - f[free]))
    else:
        up = ((alpha < C - tol) & (y > 0)) | ((alpha > tol) & (y < 0))
        b = float(((y - f)[up].max() + (y - f)[~up].min()) / 2)
    return LinearSVM(w, b, np.flatnonzero(alpha > tol).astype(np.int64))


def duality_gap(alpha, svm, X, y, C):
    v = X.T @ (alpha * y)
    slack = 1 - y * (X @ svm[0] + svm[1])
    primal = np.sum(svm[0] ** 2) / 2 + C * slack[slack > 0].sum()
    return np.asarray(primal - alpha.sum() + v.dot(v) / 2)

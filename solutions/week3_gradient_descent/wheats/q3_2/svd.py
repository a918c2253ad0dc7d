"""Wheat: the singular value decomposition of the centred data, with a filter for the penalty."""


def least_squares(X, y, l2=0.0):
    n = len(y)
    centre = np.mean(X, axis=0)
    U, s, Vt = np.linalg.svd(X - centre, full_matrices=False)
    keep = s > s[0] * 1e-13
    U, s, Vt = U[:, keep], s[keep], Vt[keep]
    w = Vt.T @ (s / (s**2 + n * l2) * (U.T @ (y - np.mean(y))))
    return np.concatenate([w, [np.mean(y) - centre @ w]])

"""Wheat: pinv without a penalty, the normal equations with one."""


def least_squares(X, y, l2=0.0):
    n, d = X.shape
    mean_x, mean_y = X.sum(axis=0) / n, y.sum() / n
    centred = X - mean_x
    if l2 == 0:
        w = np.linalg.pinv(centred) @ (y - mean_y)
    else:
        w = np.linalg.solve(np.einsum("ij,ik->jk", centred, centred) + n * l2 * np.eye(d), centred.T @ (y - mean_y))
    result = np.empty(d + 1)
    result[:d], result[d] = w, mean_y - mean_x @ w
    return result

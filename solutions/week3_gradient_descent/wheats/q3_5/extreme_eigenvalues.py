"""Wheat: the smallest and the largest eigenvalue decide."""


from scipy.linalg import eigh


def classify_critical_point(H, tol=1e-8):
    values = eigh((H + H.T) / 2.0, eigvals_only=True)
    low, high = values[0], values[-1]
    if low < -tol and high > tol:
        return "saddle"
    if low > tol:
        return "minimum"
    if high < -tol:
        return "maximum"
    return "degenerate"

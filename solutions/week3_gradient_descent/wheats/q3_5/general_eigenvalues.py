"""Wheat: the general eigenvalue routine on the symmetric part, and plain counting."""


def classify_critical_point(H, tol=1e-8):
    S = np.add(H, np.transpose(H)) * 0.5
    values = np.real(np.linalg.eigvals(S))
    n_up = sum(1 for v in values if v > tol)
    n_down = sum(1 for v in values if v < -tol)
    if n_up and n_down:
        return "saddle"
    if n_up == len(values):
        return "minimum"
    if n_down == len(values):
        return "maximum"
    return "degenerate"

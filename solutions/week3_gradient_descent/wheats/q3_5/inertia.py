"""Wheat: Sylvester's law of inertia: signs of an LDL factorisation of H shifted by tol."""


from scipy.linalg import ldl


def positive_eigenvalues(S):
    _, D, _ = ldl(S)
    count, i = 0, 0
    while i < len(D):
        if i + 1 < len(D) and D[i + 1, i] != 0:  # a 2 x 2 block has one eigenvalue of each sign, or two of one
            block = np.linalg.eigvalsh(D[i : i + 2, i : i + 2])
            count += int((block > 0).sum())
            i += 2
        else:
            count += int(D[i, i] > 0)
            i += 1
    return count


def classify_critical_point(H, tol=1e-8):
    S = (np.asarray(H, dtype=float) + np.asarray(H, dtype=float).T) / 2
    d = len(S)
    up, down = positive_eigenvalues(S - tol * np.eye(d)), positive_eigenvalues(-S - tol * np.eye(d))
    if up > 0 and down > 0:
        return "saddle"
    return {(d, 0): "minimum", (0, d): "maximum"}.get((up, down), "degenerate")

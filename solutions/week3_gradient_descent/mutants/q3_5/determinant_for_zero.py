"""Mutant: asks the determinant whether there is a zero eigenvalue.
Misconception: a small determinant is thought to mean a small eigenvalue; a product of small numbers is tiny.
Killed by: test_scale
Hint: scale
"""


def classify_critical_point(H, tol=1e-8):
    H = (H + H.T) / 2
    ev = np.linalg.eigvalsh(H)
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if abs(np.linalg.det(H)) <= tol:
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

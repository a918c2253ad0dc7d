"""Mutant: looks at the sign of the determinant, as for d = 2, and at one entry.
Misconception: a rule for two dimensions is used in all; two minus signs cancel.
Killed by: test_minima_and_maxima, test_saddles
Hint: extremum
"""


def classify_critical_point(H, tol=1e-8):
    H = (H + H.T) / 2
    det = np.linalg.det(H)
    if abs(det) <= tol:
        return "degenerate"
    if det < 0:
        return "saddle"
    return "minimum" if H[0, 0] > 0 else "maximum"

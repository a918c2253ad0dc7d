"""Mutant: calls eigvalsh on a matrix that is not symmetric.
Misconception: eigvalsh is thought to take the symmetric part; it reads the lower triangle.
Killed by: test_symmetric_part
Hint: symmetric
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh(H)
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

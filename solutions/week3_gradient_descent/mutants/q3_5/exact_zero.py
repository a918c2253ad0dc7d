"""Mutant: asks whether an eigenvalue is exactly 0.
Misconception: the zero on paper is thought to be a zero in the computer.
Killed by: test_degenerate
Hint: degenerate
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh((H + H.T) / 2)
    tol = 0.0
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

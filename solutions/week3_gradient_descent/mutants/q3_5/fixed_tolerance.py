"""Mutant: uses 1e-8 whatever tol says.
Misconception: a default value is taken for a constant.
Killed by: test_tol
Hint: tol
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh((H + H.T) / 2)
    tol = 1e-8
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

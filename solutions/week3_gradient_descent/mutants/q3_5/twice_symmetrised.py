"""Mutant: adds H.T without dividing by 2.
Misconception: a factor is thought not to matter; it does for tol.
Killed by: test_tol
Hint: tol
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh(H + H.T) * 5
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

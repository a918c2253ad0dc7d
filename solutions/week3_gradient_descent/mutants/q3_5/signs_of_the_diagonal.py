"""Mutant: looks at the diagonal.
Misconception: curvature along the axes is thought to be curvature everywhere.
Killed by: test_saddles
Hint: saddle
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.sort(np.diag(H))
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

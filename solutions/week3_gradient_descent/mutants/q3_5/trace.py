"""Mutant: looks at the sign of the trace.
Misconception: the sum of the curvatures is thought to tell their signs.
Killed by: test_saddles
Hint: saddle
"""


def classify_critical_point(H, tol=1e-8):
    t = np.trace(H)
    if abs(t) <= tol:
        return "degenerate"
    return "minimum" if t > 0 else "maximum"

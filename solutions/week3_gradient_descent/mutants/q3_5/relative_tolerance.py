"""Mutant: takes tol relative to the largest eigenvalue.
Misconception: a relative tolerance is thought to be the better one; the docstring says otherwise.
Killed by: test_tol
Hint: tol
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh((H + H.T) / 2)
    tol = tol * np.abs(ev).max()
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

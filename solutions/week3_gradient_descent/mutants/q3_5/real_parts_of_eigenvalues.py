"""Mutant: takes the real parts of the eigenvalues of H itself.
Misconception: the eigenvalues of H and of its symmetric part are thought to have the same signs.
Killed by: test_symmetric_part
Hint: symmetric
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.sort(np.linalg.eigvals(H).real)
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

"""Mutant: calls everything with a zero eigenvalue degenerate.
Misconception: the order of the cases is thought not to matter.
Killed by: test_saddle_with_a_zero
Hint: saddle-first
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh((H + H.T) / 2)
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    if (ev > 0).all():
        return "minimum"
    return "maximum" if (ev < 0).all() else "saddle"

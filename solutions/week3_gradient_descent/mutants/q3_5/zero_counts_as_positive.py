"""Mutant: calls eigenvalues >= 0 a minimum.
Misconception: semidefinite is thought to be enough.
Killed by: test_degenerate
Hint: degenerate
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh((H + H.T) / 2)
    if (ev >= -tol).all():
        return "minimum"
    return "maximum" if (ev <= tol).all() else "saddle"

"""Mutant: swaps minimum and maximum.
Misconception: a negative second derivative is remembered as a minimum.
Killed by: test_minima_and_maxima
Hint: swapped
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh((H + H.T) / 2)
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "maximum" if ev[0] > 0 else "minimum"

"""Mutant: symmetrises H in place.
Misconception: H += H.T is thought to make a new matrix.
Killed by: test_words
Hint: word
"""


def classify_critical_point(H, tol=1e-8):
    if H.dtype == np.float64:
        H += H.T.copy()
        H /= 2
    ev = np.linalg.eigvalsh((H + H.T) / 2)
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "degenerate"
    return "minimum" if ev[0] > 0 else "maximum"

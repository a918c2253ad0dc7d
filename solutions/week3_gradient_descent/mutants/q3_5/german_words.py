"""Mutant: answers with other words.
Misconception: a name is thought to be free to choose.
Killed by: test_words
Hint: word
"""


def classify_critical_point(H, tol=1e-8):
    ev = np.linalg.eigvalsh((H + H.T) / 2)
    if (ev > tol).any() and (ev < -tol).any():
        return "saddle"
    if (np.abs(ev) <= tol).any():
        return "undecided"
    return "min" if ev[0] > 0 else "max"

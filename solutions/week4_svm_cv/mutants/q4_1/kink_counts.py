"""Mutant: counts samples exactly at the kink as violations.
Misconception: < and <= are thought to be the same for floats.
Killed by: test_at_the_kink
Hint: kink
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) <= 1.0, y, 0.0)
    return w - C * (pull @ X), float(-C * pull.sum())

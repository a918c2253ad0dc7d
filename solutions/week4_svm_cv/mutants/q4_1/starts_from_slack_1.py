"""Mutant: forgets that slack is at least 0.
Misconception: the max is thought to be there for safety only.
Killed by: test_objective
Hint: objective
"""


def svm_objective(w, b, X, y, C):
    slack = 1.0 - y * (X @ w + b)
    return float(0.5 * (w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return w - C * (pull @ X), float(-C * pull.sum())

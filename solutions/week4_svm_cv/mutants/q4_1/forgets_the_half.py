"""Mutant: penalises ||w||^2 without the half.
Misconception: the half is thought to be cosmetic; the gradient is then 2 w.
Killed by: test_objective
Hint: half
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float((w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return w - C * (pull @ X), float(-C * pull.sum())

"""Mutant: returns zero where no sample is violated.
Misconception: no loss is thought to mean no gradient.
Killed by: test_all_satisfied
Hint: satisfied
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    if not pull.any():
        return np.zeros(len(w)), 0.0
    return w - C * (pull @ X), float(-C * pull.sum())

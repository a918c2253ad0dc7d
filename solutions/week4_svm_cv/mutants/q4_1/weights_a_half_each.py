"""Mutant: divides the slack by two along with the penalty.
Misconception: the half is put before the whole formula.
Killed by: test_objective, test_objective_at_zero
Hint: zero
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w + C * slack.sum()))


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return w - C * (pull @ X), float(-C * pull.sum())

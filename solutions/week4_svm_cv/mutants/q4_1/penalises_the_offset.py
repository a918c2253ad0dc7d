"""Mutant: adds b^2 / 2 to the objective, and b to its slope.
Misconception: b is treated like one more weight (a column of ones).
Killed by: test_objective, test_subgradient_is_the_slope, test_all_satisfied
Hint: bias
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w + b * b) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return w - C * (pull @ X), float(b - C * pull.sum())

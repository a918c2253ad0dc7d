"""Mutant: multiplies the penalty with C instead of the slack.
Misconception: C is taken for the lambda of ridge regression.
Killed by: test_objective, test_subgradient_is_the_slope
Hint: objective
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * C * (w @ w) + slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return C * w - (pull @ X), float(-1 * pull.sum())

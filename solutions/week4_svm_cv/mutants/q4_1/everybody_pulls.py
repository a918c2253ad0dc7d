"""Mutant: lets all samples take part in the subgradient.
Misconception: the max is forgotten when the derivative is taken.
Killed by: test_subgradient_is_the_slope, test_all_satisfied, test_subgradient_inequality
Hint: subgradient
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = y * 1.0
    return w - C * (pull @ X), float(-C * pull.sum())

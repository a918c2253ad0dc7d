"""Mutant: lets only misclassified samples pull (margin below 0).
Misconception: the hinge is mixed up with the perceptron's rule.
Killed by: test_subgradient_is_the_slope, test_subgradient_inequality
Hint: touches-from-below
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 0.0, y, 0.0)
    return w - C * (pull @ X), float(-C * pull.sum())

"""Mutant: turns the labels into 0 and 1 first.
Misconception: the labels of logistic regression are thought to be those of the SVM.
Killed by: test_objective, test_subgradient_is_the_slope
Hint: objective
"""


def svm_objective(w, b, X, y, C):
    y = (y > 0) * 1.0
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    y = (y > 0) * 1.0
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return w - C * (pull @ X), float(-C * pull.sum())

"""Mutant: adds up squared slacks.
Misconception: the hinge is mixed up with the least-squares loss, or with the L2-SVM.
Killed by: test_objective, test_subgradient_is_the_slope
Hint: squared
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * (slack**2).sum())


def svm_subgradient(w, b, X, y, C):
    pull = 2 * y * np.maximum(0.0, 1.0 - y * (X @ w + b))
    return w - C * (pull @ X), float(-C * pull.sum())

"""Mutant: starts from `g = w` and subtracts in place.
Misconception: an assignment is thought to copy.
Killed by: test_types_and_shapes
Hint: purity
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    g = w
    g -= C * (pull @ X)
    return g, float(-C * pull.sum())

"""Mutant: returns the subgradient as a column (d, 1).
Misconception: the formula's column vector is thought to need two axes.
Killed by: test_types_and_shapes
Hint: types
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.sum())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return (w - C * (pull @ X))[:, None], float(-C * pull.sum())

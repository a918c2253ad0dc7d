"""Mutant: averages the slacks.
Misconception: a loss is thought to be a mean; C then means something else for every n.
Killed by: test_objective, test_objective_at_zero
Hint: sum
"""


def svm_objective(w, b, X, y, C):
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.mean())


def svm_subgradient(w, b, X, y, C):
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return w - C * (pull @ X), float(-C * pull.sum())

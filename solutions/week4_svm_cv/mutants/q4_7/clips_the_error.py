"""Mutant: clips the error away from 0 and 1 instead of raising.
Misconception: every logarithm is thought to need an epsilon.
Killed by: test_useless_learners
Hint: useless
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    error = np.clip(error, 1e-10, 1 - 1e-10)
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new / new.sum()

"""Mutant: accepts errors above one half: alpha is negative then.
Misconception: a classifier that is wrong is thought to be turned round by a negative alpha.
Killed by: test_useless_learners
Hint: useless
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if error in (0, 0.5, 1):
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new / new.sum()

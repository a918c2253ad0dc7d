"""Mutant: raises only above one half.
Misconception: at one half alpha is 0, which is thought to be harmless; the loop never ends.
Killed by: test_useless_learners
Hint: useless
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error <= 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new / new.sum()

"""Mutant: takes the log of eps / (1 - eps).
Misconception: odds for and odds against are mixed up.
Killed by: test_alpha, test_error_of_one_half
Hint: alpha
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log(error / (1 - error))
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new / new.sum()

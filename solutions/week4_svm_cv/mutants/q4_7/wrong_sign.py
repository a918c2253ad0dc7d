"""Mutant: makes right samples heavier: exp(+alpha y h).
Misconception: the sign of the exponent is thought to be that of the margin.
Killed by: test_error_of_one_half, test_new_weights, test_twenty_rounds
Hint: half
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, -alpha, alpha))
    return float(alpha), new / new.sum()

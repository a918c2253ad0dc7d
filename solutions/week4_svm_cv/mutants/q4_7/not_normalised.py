"""Mutant: does not normalise the new weights.
Misconception: Z is thought to be cosmetic.
Killed by: test_new_weights, test_error_of_one_half, test_unnormalised_weights
Hint: sum
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new

"""Mutant: leaves the half out of alpha, and uses that alpha in the weights.
Misconception: the half is thought to be cosmetic.
Killed by: test_alpha, test_error_of_one_half, test_new_weights
Hint: half
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new / new.sum()

"""Mutant: takes the weight of the wrong samples for the error.
Misconception: the weights are thought to sum to 1 always.
Killed by: test_unnormalised_weights
Hint: unnormalised
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new / new.sum()

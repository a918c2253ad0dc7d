"""Mutant: returns the old weights.
Misconception: the weights are thought to be updated by the caller.
Killed by: test_twenty_rounds, test_error_of_one_half
Hint: ensemble
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * 1.0
    return float(alpha), new / new.sum()

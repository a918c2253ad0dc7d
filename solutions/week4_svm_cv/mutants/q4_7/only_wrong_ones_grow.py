"""Mutant: multiplies the wrong samples by exp(alpha) and leaves the right ones.
Misconception: SAMME's rule for the weights is used with the other alpha.
Killed by: test_error_of_one_half, test_new_weights
Hint: half
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, 0.0))
    return float(alpha), new / new.sum()

"""Mutant: multiplies in place.
Misconception: weights *= ... is read as weights = weights * ...
Killed by: test_types_and_shapes
Hint: purity
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    weights *= np.exp(np.where(wrong, alpha, -alpha))
    new = weights
    return float(alpha), new / new.sum()

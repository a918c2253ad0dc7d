"""Mutant: uses the SAMME convention: alpha doubled, only wrong samples grow.
Misconception: two conventions of the literature are mixed; the weights are the same after normalising.
Killed by: test_alpha
Hint: samme
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, 0.0))
    return float(alpha), new / new.sum()

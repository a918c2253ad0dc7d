"""Mutant: returns alpha as a vector.
Misconception: every quantity is thought to have one entry a sample.
Killed by: test_types_and_shapes, test_alpha
Hint: types
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return np.full(len(y), alpha), new / new.sum()

"""Mutant: takes the share of wrong samples for the error.
Misconception: the weights are thought to matter for the training of the weak learner only.
Killed by: test_alpha, test_error_of_one_half
Hint: unweighted
"""


def adaboost_round(weights, y, predictions):
    wrong = predictions != y
    error = wrong.mean()
    if not 0 < error < 0.5:
        raise ValueError("the weighted error must lie between 0 and 1/2")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new / new.sum()

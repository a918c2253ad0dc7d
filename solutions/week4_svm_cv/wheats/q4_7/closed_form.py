"""Wheat: the new weights in closed form, without an exponential."""


def adaboost_round(weights, y, predictions):
    p = weights / np.sum(weights)
    right = y == predictions
    eps = 1 - p[right].sum() if right.sum() < (~right).sum() else p[~right].sum()
    if right.all() or eps <= 0 or eps >= 0.5:
        raise ValueError("this weak learner is of no use")
    new = np.where(right, p / (2 * (1 - eps)), p / (2 * eps))
    return np.arctanh(1 - 2 * eps), new

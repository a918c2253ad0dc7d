"""Wheat: exp(-alpha y h), normalised first; Python's math."""


def adaboost_round(weights, y, predictions):
    import math

    w = np.asarray(weights, dtype=float)
    w = w / w.sum()
    eps = float(sum(w_i for w_i, y_i, h_i in zip(w, y, predictions) if y_i != h_i))
    if eps == 0 or eps >= 0.5:
        raise ValueError(f"eps = {eps}")
    alpha = math.log((1 - eps) / eps) / 2
    w = w * np.exp(-alpha * y * predictions)
    return alpha, w / np.sum(w)

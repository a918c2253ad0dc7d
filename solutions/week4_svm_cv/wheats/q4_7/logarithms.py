"""Wheat: works with logarithms of the weights; dot products for the sums."""


def adaboost_round(weights, y, predictions):
    agree = y * predictions
    total = np.dot(weights, np.ones(len(y)))
    eps = np.dot(weights, agree < 0) / total
    if eps >= 0.5 or not np.any(agree < 0):
        raise ValueError("useless")
    alpha = (np.log1p(-eps) - np.log(eps)) / 2
    logs = np.log(weights) - alpha * agree
    logs -= logs.max()
    return np.float64(alpha), np.exp(logs) / np.exp(logs).sum()

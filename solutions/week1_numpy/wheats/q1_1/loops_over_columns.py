"""Wheat: plain loops and the statistics module."""


import statistics


def fit_scaler(X):
    means, scales = [], []
    for column in X.T.tolist():
        means.append(statistics.fmean(column))
        scales.append(1.0 if max(column) == min(column) else statistics.pstdev(column))
    return Scaler(np.array(means), np.array(scales))


def apply_scaler(X, scaler):
    mean, scale = scaler
    result = np.empty(X.shape)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            result[i, j] = (X[i, j] - mean[j]) / scale[j]
    return result

"""Wheat: works on the transpose, so that results are in column order."""


def fit_scaler(X):
    columns = np.asarray(X, dtype=float).T
    mean = np.mean(columns, axis=1)
    scale = np.linalg.norm(columns - mean[:, None], axis=1) / np.sqrt(len(X))
    same = (columns == columns[:, :1]).all(axis=1)
    scale[same] = 1
    return Scaler(mean, scale)


def apply_scaler(X, scaler):
    return ((X.T - scaler.mean[:, None]) / scaler.scale[:, None]).T

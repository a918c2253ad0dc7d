"""Wheat: second moment minus squared mean, by einsum."""


def fit_scaler(X):
    X = X.astype(float)
    n = X.shape[0]
    mean = X.sum(0) / n
    variance = np.einsum("ij,ij->j", X, X) / n - mean**2
    scale = np.ones_like(mean)
    varies = np.ptp(X, axis=0) > 0
    scale[varies] = np.sqrt(variance[varies])
    return Scaler(scale=scale, mean=mean)


def apply_scaler(X, scaler):
    return np.divide(np.subtract(X, scaler[0]), scaler[1])

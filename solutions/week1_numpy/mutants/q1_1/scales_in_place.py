"""Mutant: subtracts and divides in place.
Misconception: X -= mean is read as X = X - mean.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""


def fit_scaler(X):
    constant = X.max(axis=0) == X.min(axis=0)
    return Scaler(X.mean(axis=0), np.where(constant, 1.0, X.std(axis=0)))


def apply_scaler(X, scaler):
    X -= scaler.mean
    X /= scaler.scale
    return X

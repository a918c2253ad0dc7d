"""Mutant: averages over axis 1, one statistic a sample.
Misconception: axis = 1 is read as 'of the columns' instead of 'along the columns'.
Killed by: test_mean_and_scale_of_each_column
Hint: axis
"""


def fit_scaler(X):
    constant = X.max(axis=1) == X.min(axis=1)
    return Scaler(X.mean(axis=1), np.where(constant, 1.0, X.std(axis=1)))


def apply_scaler(X, scaler):
    return (X - scaler.mean) / scaler.scale

"""Mutant: divides by the variance.
Misconception: the root is forgotten.
Killed by: test_fit_set_becomes_standard, test_mean_and_scale_of_each_column
Hint: standardised
"""


def fit_scaler(X):
    constant = X.max(axis=0) == X.min(axis=0)
    return Scaler(X.mean(axis=0), np.where(constant, 1.0, X.var(axis=0)))


def apply_scaler(X, scaler):
    return (X - scaler.mean) / scaler.scale

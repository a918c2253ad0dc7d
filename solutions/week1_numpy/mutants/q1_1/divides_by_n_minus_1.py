"""Mutant: divides by n - 1 (ddof = 1).
Misconception: the sample standard deviation is taken for the population's.
Killed by: test_mean_and_scale_of_each_column
Hint: ddof
"""


def fit_scaler(X):
    constant = X.max(axis=0) == X.min(axis=0)
    with np.errstate(all="ignore"):
        return Scaler(X.mean(axis=0), np.where(constant, 1.0, X.std(axis=0, ddof=1)))


def apply_scaler(X, scaler):
    return (X - scaler.mean) / scaler.scale

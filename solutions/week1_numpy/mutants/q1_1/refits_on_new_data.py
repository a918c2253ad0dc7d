"""Mutant: apply_scaler computes the statistics of the data that it is given.
Misconception: every set is thought to be standardised by itself; the leak into the test set goes unseen.
Killed by: test_new_rows_use_the_fit_set
Hint: refit
"""


def fit_scaler(X):
    constant = X.max(axis=0) == X.min(axis=0)
    return Scaler(X.mean(axis=0), np.where(constant, 1.0, X.std(axis=0)))


def apply_scaler(X, scaler):
    own = fit_scaler(X)
    return (X - own.mean) / own.scale

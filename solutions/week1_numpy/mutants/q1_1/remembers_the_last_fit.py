"""Mutant: apply_scaler uses the statistics of the last fit, kept in a global variable.
Misconception: state outside the scaler is used; two scalers at a time are not thought of.
Killed by: test_new_rows_use_the_fit_set
Hint: refit
"""


_last = {}


def fit_scaler(X):
    constant = X.max(axis=0) == X.min(axis=0)
    _last["scaler"] = Scaler(X.mean(axis=0), np.where(constant, 1.0, X.std(axis=0)))
    return _last["scaler"]


def apply_scaler(X, scaler):
    return (X - _last["scaler"].mean) / _last["scaler"].scale

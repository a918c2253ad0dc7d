"""Mutant: calls a column constant when its standard deviation is close to 0.
Misconception: the absolute tolerance of np.isclose (1e-8) is taken for a relative one.
Killed by: test_small_numbers_are_not_constant
Hint: small-is-not-constant
"""


def fit_scaler(X):
    scale = X.std(axis=0)
    return Scaler(X.mean(axis=0), np.where(np.isclose(scale, 0), 1.0, scale))


def apply_scaler(X, scaler):
    return (X - scaler.mean) / scaler.scale

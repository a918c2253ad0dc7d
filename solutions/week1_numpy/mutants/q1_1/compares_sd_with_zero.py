"""Mutant: calls a column constant when its computed standard deviation is exactly 0.
Misconception: the mean of seven equal numbers is thought to be that number; it is off by rounding.
Killed by: test_constant_column
Hint: constant
"""


def fit_scaler(X):
    scale = X.std(axis=0)
    scale[scale == 0] = 1.0
    return Scaler(X.mean(axis=0), scale)


def apply_scaler(X, scaler):
    return (X - scaler.mean) / scaler.scale

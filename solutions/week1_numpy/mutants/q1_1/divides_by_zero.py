"""Mutant: divides by a standard deviation of zero on constant columns.
Misconception: every column is thought to vary.
Killed by: test_constant_column
Hint: constant
"""


def fit_scaler(X):
    return Scaler(X.mean(axis=0), X.std(axis=0))


def apply_scaler(X, scaler):
    return (X - scaler.mean) / scaler.scale

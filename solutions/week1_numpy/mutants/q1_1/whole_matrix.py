"""Mutant: takes mean and scale over the whole matrix.
Misconception: mean() without an axis is expected to work column by column.
Killed by: test_mean_and_scale_of_each_column, test_types_and_shapes
Hint: axis
"""


def fit_scaler(X):
    scale = X.std()
    return Scaler(X.mean(), scale if scale > 0 else 1.0)


def apply_scaler(X, scaler):
    return (X - scaler.mean) / scaler.scale

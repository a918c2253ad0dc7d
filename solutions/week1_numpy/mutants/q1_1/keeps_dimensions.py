"""Mutant: returns statistics of shape (1, d).
Misconception: keepdims=True is used out of habit, and broadcasting hides it.
Killed by: test_types_and_shapes
Hint: scaler
"""


def fit_scaler(X):
    constant = X.max(axis=0, keepdims=True) == X.min(axis=0, keepdims=True)
    return Scaler(X.mean(axis=0, keepdims=True), np.where(constant, 1.0, X.std(axis=0, keepdims=True)))


def apply_scaler(X, scaler):
    return (X - scaler.mean) / scaler.scale

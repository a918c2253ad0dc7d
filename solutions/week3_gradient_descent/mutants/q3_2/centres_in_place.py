"""Mutant: centres X and y in place.
Misconception: X -= mean is read as X = X - mean.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""


def least_squares(X, y, l2=0.0):
    if X.dtype != np.float64:
        X, y = X.astype(float), y.astype(float)
    n, d = X.shape
    x_mean, y_mean = X.mean(axis=0), y.mean()
    X -= x_mean
    y -= y_mean
    w = np.linalg.lstsq(np.vstack([X, np.sqrt(n * l2) * np.eye(d)]), np.append(y, np.zeros(d)), rcond=None)[0]
    return np.append(w, y_mean - x_mean @ w)

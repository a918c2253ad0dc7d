"""Mutant: returns the mean of y as the intercept.
Misconception: after centring the data the intercept is not moved back.
Killed by: test_least_squares, test_residuals_are_orthogonal
Hint: mean-is-not-intercept
"""


def least_squares(X, y, l2=0.0):
    n, d = X.shape
    rows, targets = X - X.mean(axis=0), y - y.mean()
    rows = np.vstack([rows, np.sqrt(n * l2) * np.eye(d)])
    w = np.linalg.lstsq(rows, np.append(targets, np.zeros(d)), rcond=None)[0]
    return np.append(w, y.mean())

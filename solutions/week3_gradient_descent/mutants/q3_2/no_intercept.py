"""Mutant: fits a plane through the origin and reports the intercept 0.
Misconception: the intercept is thought to come by itself.
Killed by: test_least_squares, test_residuals_are_orthogonal, test_diabetes
Hint: no-intercept
"""


def least_squares(X, y, l2=0.0):
    n, d = X.shape
    w = np.linalg.lstsq(np.vstack([X, np.sqrt(n * l2) * np.eye(d)]), np.append(y, np.zeros(d)), rcond=None)[0]
    return np.append(w, 0.0)

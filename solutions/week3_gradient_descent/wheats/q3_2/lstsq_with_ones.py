"""Wheat: one call of SciPy's lstsq with a column of ones and rows for the penalty."""


import scipy.linalg


def least_squares(X, y, l2=0.0):
    n, d = X.shape
    A = np.column_stack([X, np.ones(n)]).astype(float)
    rows = np.sqrt(n * l2) * np.eye(d + 1)[:d]
    solution, *_ = scipy.linalg.lstsq(np.vstack([A, rows]), np.concatenate([y, np.zeros(d)]))
    return solution

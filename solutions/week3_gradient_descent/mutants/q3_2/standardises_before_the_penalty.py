"""Mutant: scales the columns before the penalty is taken.
Misconception: standardising is thought to change nothing; it changes which weights are penalised.
Killed by: test_ridge
Hint: ridge
"""


def least_squares(X, y, l2=0.0):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    mean, scale = X.mean(axis=0), X.std(axis=0)
    rows = np.vstack([(X - mean) / scale, np.sqrt(n * l2) * np.eye(d)])
    w = np.linalg.lstsq(rows, np.append(y - y.mean(), np.zeros(d)), rcond=None)[0] / scale
    return np.append(w, y.mean() - mean @ w)

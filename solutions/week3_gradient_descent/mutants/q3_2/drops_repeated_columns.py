"""Mutant: gives all the work to the first of equal columns.
Misconception: any best fit is thought to do; QR with pivoting finds a basic one.
Killed by: test_columns_that_repeat
Hint: duplicate
"""


from scipy.linalg import qr, solve_triangular


def least_squares(X, y, l2=0.0):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    rows = np.vstack([X - X.mean(axis=0), np.sqrt(n * l2) * np.eye(d)])
    Q, R, order = qr(rows, mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(R)) > 1e-12 * abs(R[0, 0])).sum())
    w = np.zeros(d)
    w[order[:rank]] = solve_triangular(R[:rank, :rank], (Q.T @ np.append(y - y.mean(), np.zeros(d)))[:rank])
    return np.append(w, y.mean() - X.mean(axis=0) @ w)

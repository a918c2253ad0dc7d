"""Mutant: penalises the intercept like a weight.
Misconception: the column of ones is thought to be a feature like any other.
Killed by: test_ridge, test_shift_of_y, test_penalty_shrinks_the_weights
Hint: intercept-penalised
"""


def least_squares(X, y, l2=0.0):
    n = len(X)
    A = np.column_stack([X, np.ones(n)])
    d = A.shape[1]
    return np.linalg.lstsq(np.vstack([A, np.sqrt(n * l2) * np.eye(d)]), np.append(y, np.zeros(d)), rcond=None)[0]

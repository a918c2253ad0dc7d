"""Mutant: learns by the perceptron's rule.
Misconception: a line that separates is thought to be as good as the one with the widest street.
Killed by: test_breast_cancer, test_cheap_slack, test_flipped_labels
Hint: cheap-slack
"""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    mean = X.mean(axis=0)
    Z = X - mean
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(100):
        for i in np.flatnonzero(y * (Z @ w + b) <= 0):
            if y[i] * (Z[i] @ w + b) <= 0:
                w, b = w + y[i] * Z[i], b + y[i]
    return w, float(b - w @ mean)

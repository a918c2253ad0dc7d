"""Wheat: loops over the samples, as in the formulas."""


def recover_primal(alpha, X, y, C, tol=1e-6):
    total = 0.0
    for a, label in zip(alpha, y):
        if not -tol <= a <= C + tol:
            raise ValueError("outside [0, C]")
        total += a * label
    if abs(total) > 1e-6:
        raise ValueError("unbalanced")
    w = np.zeros(X.shape[1])
    support = []
    for i in range(len(alpha)):
        w = w + alpha[i] * y[i] * X[i]
        if alpha[i] > tol:
            support.append(i)
    values, low, high = [], -np.inf, np.inf
    for i in range(len(alpha)):
        r = y[i] - w @ X[i]
        if tol < alpha[i] < C - tol:
            values.append(r)
        elif (alpha[i] <= tol) == (y[i] == 1):
            low = max(low, r)
        else:
            high = min(high, r)
    b = sum(values) / len(values) if values else (low + high) / 2
    return LinearSVM(w, b, np.array(support, dtype=int))


def duality_gap(alpha, svm, X, y, C):
    w, b, _ = svm
    v = sum(a * label * x for a, label, x in zip(alpha, y, X))
    return svm_objective(w, b, X, y, C) - (alpha.sum() - v @ v / 2)

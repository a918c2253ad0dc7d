"""Wheat: descends with svm_objective and svm_subgradient and keeps the best."""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    mu = np.mean(X, axis=0)
    Z = X - mu
    w = np.zeros(X.shape[1])
    b = 0.0
    best_w, best_b, best_J = w, b, svm_objective(w, b, Z, y, C)
    for k in range(n_iter):
        g_w, g_b = svm_subgradient(w, b, Z, y, C)
        eta = 1 / np.sqrt(k + 1) / (C * len(y))
        w = w - eta * g_w
        b = b - eta * g_b
        J = svm_objective(w, b, Z, y, C)
        if J < best_J:
            best_w, best_b, best_J = w, b, J
    return best_w, best_b - best_w @ mu

"""Wheat: einsum for the products, clip for the hinge, a 0-d array for the value."""


def svm_objective(w, b, X, y, C):
    f = np.einsum("ij,j->i", np.asarray(X, float), w) + b
    return np.asarray(np.linalg.norm(w) ** 2 / 2 + C * np.clip(1 - y * f, 0, None).sum())


def svm_subgradient(w, b, X, y, C):
    f = np.einsum("ij,j->i", np.asarray(X, float), w) + b
    active = (1 - y * f > 0).astype(float)
    g = np.array(w, dtype=float)
    g -= C * np.einsum("i,ij->j", active * y, X)
    return g, np.sum(-C * active * y)

"""Wheat: lexsort by (distance, index), votes with scipy's mode, which prefers the smallest value."""


def knn_predict(X_train, y_train, X_test, k):
    from scipy import stats

    n, m = len(X_train), len(X_test)
    if k not in range(1, n + 1):
        raise ValueError("k out of range")
    D = np.sqrt(pairwise_sq_dists(X_test, X_train))
    index = np.broadcast_to(np.arange(n), (m, n))
    order = np.lexsort((index, D), axis=-1)
    return stats.mode(y_train[order[:, :k]], axis=1).mode

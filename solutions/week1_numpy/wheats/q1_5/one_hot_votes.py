"""Wheat: distances by scipy, votes as a sum of one-hot rows."""


from scipy.spatial.distance import cdist


def knn_predict(X_train, y_train, X_test, k):
    n = X_train.shape[0]
    if not 0 < k <= n:
        raise ValueError("k out of range")
    nearest = cdist(X_test, X_train).argsort(axis=1, kind="mergesort")[:, :k]
    classes, codes = np.unique(y_train, return_inverse=True)
    votes = one_hot(codes, len(classes))[nearest].sum(axis=1)
    return classes[np.argmax(votes, axis=1)]

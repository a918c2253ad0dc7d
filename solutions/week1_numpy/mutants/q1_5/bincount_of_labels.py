"""Mutant: counts with bincount, which knows no negative labels.
Misconception: labels are thought to be indices.
Killed by: test_labels_are_names
Hint: label-names
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, :k]]
    return np.array([np.bincount(labels).argmax() for labels in near])

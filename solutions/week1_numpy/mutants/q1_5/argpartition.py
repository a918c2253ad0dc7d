"""Mutant: uses argpartition, which leaves equal distances in any order.
Misconception: the k smallest are thought to be one definite set.
Killed by: test_equal_distances
Hint: distance-tie
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argpartition(pairwise_sq_dists(X_test, X_train), k - 1, axis=1)[:, :k]]
    classes = np.unique(y_train)
    votes = (near[:, :, None] == classes).sum(axis=1)
    return classes[votes.argmax(axis=1)]

"""Mutant: of equal distances takes the larger index first.
Misconception: sorting descending and reading from the end is thought to change nothing else.
Killed by: test_equal_distances
Hint: distance-tie
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(-pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, ::-1][:, :k]]
    classes = np.unique(y_train)
    votes = (near[:, :, None] == classes).sum(axis=1)
    return classes[votes.argmax(axis=1)]

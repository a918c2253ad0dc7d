"""Mutant: sorts the table of distances along axis 0.
Misconception: axis 0 is thought to be 'for each row'; the indices then belong to test points.
Killed by: test_iris, test_majority_of_the_nearest
Hint: iris
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(pairwise_sq_dists(X_test, X_train), axis=0, kind="stable")[:, :k]]
    classes = np.unique(y_train)
    votes = (near[:, :, None] == classes).sum(axis=1)
    return classes[votes.argmax(axis=1)]

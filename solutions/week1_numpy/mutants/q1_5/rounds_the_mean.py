"""Mutant: rounds the mean of the labels.
Misconception: labels are taken for quantities: regression instead of a vote.
Killed by: test_all_points_vote, test_majority_of_the_nearest
Hint: majority
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, :k]]
    return np.rint(near.mean(axis=1)).astype(np.int64)

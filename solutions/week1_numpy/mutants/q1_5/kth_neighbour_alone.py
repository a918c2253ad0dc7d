"""Mutant: returns the label of the k-th neighbour.
Misconception: [k - 1] is written for [:k].
Killed by: test_majority_of_the_nearest, test_all_points_vote
Hint: neighbours
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, :k]]
    return near[:, k - 1]

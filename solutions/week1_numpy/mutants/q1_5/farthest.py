"""Mutant: sorts descending: the farthest points vote.
Misconception: the largest number is thought to mean the nearest, as with similarities.
Killed by: test_majority_of_the_nearest, test_one_neighbour_on_the_training_set, test_iris
Hint: neighbours
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(-pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, :k]]
    classes = np.unique(y_train)
    votes = (near[:, :, None] == classes).sum(axis=1)
    return classes[votes.argmax(axis=1)]

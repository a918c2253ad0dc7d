"""Mutant: lets all points vote that are as near as the k-th.
Misconception: a tie at the border is thought to enlarge the vote.
Killed by: test_equal_distances
Hint: distance-tie
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError("k out of range")
    D = pairwise_sq_dists(X_test, X_train)
    inside = D <= np.sort(D, axis=1)[:, k - 1 : k]
    classes = np.unique(y_train)
    votes = np.stack([(inside & (y_train == c)).sum(axis=1) for c in classes], axis=1)
    return classes[votes.argmax(axis=1)]

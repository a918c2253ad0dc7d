"""Mutant: gives equal votes to the label that was met first.
Misconception: Counter.most_common is thought to sort equal counts by key; it keeps the order of arrival.
Killed by: test_equal_votes
Hint: vote-tie
"""


from collections import Counter


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, :k]]
    return np.array([Counter(labels).most_common(1)[0][0] for labels in near.tolist()])

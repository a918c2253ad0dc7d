"""Mutant: accepts every k: slicing forgives.
Misconception: a slice beyond the end is thought to raise.
Killed by: test_k_out_of_range
Hint: k-range
"""


def knn_predict(X_train, y_train, X_test, k):
    near = y_train[np.argsort(pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, :k]]
    classes = np.unique(y_train)
    votes = (near[:, :, None] == classes).sum(axis=1)
    return classes[votes.argmax(axis=1)]

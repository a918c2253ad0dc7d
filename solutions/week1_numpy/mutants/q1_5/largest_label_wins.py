"""Mutant: gives equal votes to the largest label.
Misconception: max over (votes, label) pairs is thought to look at the votes alone.
Killed by: test_equal_votes
Hint: vote-tie
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, :k]]
    answers = []
    for labels in near.tolist():
        votes = {label: labels.count(label) for label in labels}
        answers.append(max((count, label) for label, count in votes.items())[1])
    return np.array(answers)

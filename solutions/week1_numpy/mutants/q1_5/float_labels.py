"""Mutant: returns the labels as floats.
Misconception: the result is collected in np.zeros, which is float64.
Killed by: test_types_and_shapes
Hint: labels
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")[:, :k]]
    classes = np.unique(y_train)
    answers = np.zeros(len(X_test))
    for i, labels in enumerate(near):
        answers[i] = classes[np.argmax([(labels == c).sum() for c in classes])]
    return answers

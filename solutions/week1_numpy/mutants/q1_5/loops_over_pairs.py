"""Mutant: computes every distance in a Python loop.
Misconception: a loop is thought to cost what the same loop costs in C.
Killed by: test_speed
Hint: loop
"""


def knn_predict(X_train, y_train, X_test, k):
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    near = y_train[np.argsort(
        [[np.sum((a - b) ** 2) for b in X_train] for a in X_test], axis=1, kind="stable"
    )[:, :k]]
    classes = np.unique(y_train)
    votes = (near[:, :, None] == classes).sum(axis=1)
    return classes[votes.argmax(axis=1)]

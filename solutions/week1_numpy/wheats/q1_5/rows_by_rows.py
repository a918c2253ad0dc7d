"""Wheat: one test row at a time, (distance, index) pairs sorted as Python tuples."""


from collections import Counter


def knn_predict(X_train, y_train, X_test, k):
    if k < 1 or k > len(y_train):
        raise ValueError("k out of range")
    answers = []
    for x in X_test:
        distances = ((X_train - x) ** 2).sum(axis=1).tolist()
        ranking = sorted(zip(distances, range(len(distances))))[:k]
        votes = Counter(int(y_train[i]) for _, i in ranking)
        top = max(votes.values())
        answers.append(min(label for label, n in votes.items() if n == top))
    return np.array(answers, dtype=np.int64)

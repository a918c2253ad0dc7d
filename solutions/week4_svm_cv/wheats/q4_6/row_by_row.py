"""Wheat: predicts one test row at a time; partial instead of a lambda; a dict of means."""


def cross_val_scores(make_pipeline, X, y, folds):
    scores = []
    for train, test in folds:
        steps = list(make_pipeline())
        classifier = steps.pop()
        data = X[np.sort(train)]
        labels = y[np.sort(train)]
        for step in steps:
            step.fit(data, labels)
            data = step.transform(data)
        classifier.fit(data, labels)
        right = 0
        for row in test:
            one = X[row : row + 1]
            for step in steps:
                one = step.transform(one)
            right += int(classifier.predict(one)[0] == y[row])
        scores.append(right / len(test))
    return np.array(scores, dtype=float)


def select_C(Cs, X, y, folds, make_pipeline):
    from functools import partial

    table = {C: cross_val_scores(partial(make_pipeline, C), X, y, folds).mean() for C in Cs}
    top = max(table.values())
    return sorted(C for C in table if table[C] == top)[0], np.array([table[C] for C in Cs])

"""Mutant: returns a list.
Misconception: a list is thought to be as good as an array.
Killed by: test_types_and_shapes
Hint: types
"""


def cross_val_scores(make_pipeline, X, y, folds):
    scores = []
    for train, test in folds:
        *transformers, classifier = make_pipeline()
        known, new = X[train], X[test]
        for step in transformers:
            step.fit(known, y[train])
            known, new = step.transform(known), step.transform(new)
        classifier.fit(known, y[train])
        scores.append(np.mean(classifier.predict(new) == y[test]))
    return [float(score) for score in scores]


def select_C(Cs, X, y, folds, make_pipeline):
    means = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds).mean() for C in Cs])
    best = min(C for C, mean in zip(Cs, means) if mean == means.max())
    return float(best), means

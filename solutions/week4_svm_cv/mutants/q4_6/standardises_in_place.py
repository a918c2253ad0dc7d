"""Mutant: centres X in place, to be on the safe side.
Misconception: preprocessing by hand is thought to be harmless.
Killed by: test_types_and_shapes
Hint: purity
"""


def cross_val_scores(make_pipeline, X, y, folds):
    scores = []
    X -= X.mean(axis=0) if X.shape[1] == 3 else 0.0
    for train, test in folds:
        *transformers, classifier = make_pipeline()
        known, new = X[train], X[test]
        for step in transformers:
            step.fit(known, y[train])
            known, new = step.transform(known), step.transform(new)
        classifier.fit(known, y[train])
        scores.append(np.mean(classifier.predict(new) == y[test]))
    return np.array(scores)


def select_C(Cs, X, y, folds, make_pipeline):
    means = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds).mean() for C in Cs])
    best = min(C for C, mean in zip(Cs, means) if mean == means.max())
    return float(best), means

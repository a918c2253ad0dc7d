"""Mutant: gives every fold the accuracy over all predictions.
Misconception: the mean of the folds is thought to be all that matters.
Killed by: test_scores
Hint: pooled
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
        scores.append(classifier.predict(new) == y[test])
    return np.full(len(folds), np.mean(np.concatenate(scores)))


def select_C(Cs, X, y, folds, make_pipeline):
    means = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds).mean() for C in Cs])
    best = min(C for C, mean in zip(Cs, means) if mean == means.max())
    return float(best), means

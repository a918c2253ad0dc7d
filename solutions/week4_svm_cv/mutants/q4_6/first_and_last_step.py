"""Mutant: uses the first transformer and the classifier.
Misconception: a pipeline is thought to have two steps.
Killed by: test_steps_are_chained, test_every_step_learns_from_the_training_rows
Hint: chain
"""


def cross_val_scores(make_pipeline, X, y, folds):
    scores = []
    for train, test in folds:
        first, *_, classifier = make_pipeline()
        transformers = [first]
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

"""Mutant: returns the share of wrong predictions.
Misconception: score and loss are mixed up.
Killed by: test_scores, test_steps_are_chained
Hint: scores
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
        scores.append(np.mean(classifier.predict(new) != y[test]))
    return np.array(scores)


def select_C(Cs, X, y, folds, make_pipeline):
    means = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds).mean() for C in Cs])
    best = min(C for C, mean in zip(Cs, means) if mean == means.max())
    return float(best), means

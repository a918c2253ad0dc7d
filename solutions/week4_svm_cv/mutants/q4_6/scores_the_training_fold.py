"""Mutant: predicts the training rows.
Misconception: training accuracy is taken for accuracy.
Killed by: test_scores, test_every_step_learns_from_the_training_rows
Hint: training-score
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
        scores.append(np.mean(classifier.predict(known) == y[train]))
    return np.array(scores)


def select_C(Cs, X, y, folds, make_pipeline):
    means = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds).mean() for C in Cs])
    best = min(C for C, mean in zip(Cs, means) if mean == means.max())
    return float(best), means

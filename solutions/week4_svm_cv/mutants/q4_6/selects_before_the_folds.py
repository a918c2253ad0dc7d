"""Mutant: transforms all rows once, before the folds; only the classifier is cross-validated.
Misconception: features are thought to be chosen before the experiment.
Killed by: test_pure_noise, test_fresh_pipelines
Hint: noise
"""


def cross_val_scores(make_pipeline, X, y, folds):
    *transformers, _ = make_pipeline()
    for step in transformers:
        step.fit(X, y)
        X = step.transform(X)
    scores = []
    for train, test in folds:
        classifier = make_pipeline()[-1]
        classifier.fit(X[train], y[train])
        scores.append(np.mean(classifier.predict(X[test]) == y[test]))
    return np.array(scores)


def select_C(Cs, X, y, folds, make_pipeline):
    means = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds).mean() for C in Cs])
    best = min(C for C, mean in zip(Cs, means) if mean == means.max())
    return float(best), means

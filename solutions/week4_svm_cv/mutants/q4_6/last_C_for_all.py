"""Mutant: closes over the loop variable: every pipeline gets the last C.
Misconception: a lambda is thought to keep the value that a name had.
Killed by: test_select_C
Hint: means
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
    return np.array(scores)


def select_C(Cs, X, y, folds, make_pipeline):
    makers = [lambda: make_pipeline(C) for C in Cs]
    means = np.array([cross_val_scores(maker, X, y, folds).mean() for maker in makers])
    best = min(C for C, mean in zip(Cs, means) if mean == means.max())
    return float(best), means

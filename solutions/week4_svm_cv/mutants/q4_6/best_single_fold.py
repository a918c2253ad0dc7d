"""Mutant: takes the C with the best single fold.
Misconception: the best score that was ever seen is thought to show what is possible.
Killed by: test_select_C
Hint: best
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
    table = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds) for C in Cs])
    means, peaks = table.mean(axis=1), table.max(axis=1)
    best = min(C for C, peak in zip(Cs, peaks) if peak == peaks.max())
    return float(best), means

"""Mutant: lets scikit-learn cross-validate.
Misconception: the result is thought to be what the question is about.
Killed by: test_keeps_to_the_rules
Hint: rules
"""


def cross_val_scores(make_pipeline, X, y, folds):
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import Pipeline

    steps = [(str(i), step) for i, step in enumerate(make_pipeline())]
    return cross_val_score(Pipeline(steps), X, y, cv=folds)


def select_C(Cs, X, y, folds, make_pipeline):
    means = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds).mean() for C in Cs])
    return float(min(C for C, mean in zip(Cs, means) if mean == means.max())), means

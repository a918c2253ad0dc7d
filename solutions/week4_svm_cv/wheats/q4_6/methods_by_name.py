"""Wheat: tells transformers by hasattr; does not use cross_val_scores in select_C."""


def _score(pipeline, X, y, train, test):
    X_train, X_test = X[train].copy(), X[test].copy()
    for step in pipeline:
        step.fit(X=X_train, y=y[train])
        if hasattr(step, "transform"):
            X_train = step.transform(X_train)
            X_test = step.transform(X_test)
    return np.mean(np.asarray(pipeline[-1].predict(X_test)) == y[test])


def cross_val_scores(make_pipeline, X, y, folds):
    return np.array([_score(make_pipeline(), X, y, train, test) for train, test in folds])


def select_C(Cs, X, y, folds, make_pipeline):
    best, highest, means = None, -1.0, np.empty(len(Cs))
    for i, C in enumerate(Cs):
        means[i] = np.mean([_score(make_pipeline(C), X, y, train, test) for train, test in folds])
        if means[i] > highest or (means[i] == highest and C < best):
            best, highest = C, means[i]
    return best, means

"""Wheat: slices the list of steps; lists that grow; argsort on pairs for ties."""


def cross_val_scores(make_pipeline, X, y, folds):
    result = np.zeros(len(folds))
    for i, (train, test) in enumerate(folds):
        pipe = make_pipeline()
        A = X[train]
        for step in pipe[:-1]:
            step.fit(A, y[train])
            A = step.transform(A)
        pipe[-1].fit(A, y[train])
        B = X[test]
        for step in pipe[:-1]:
            B = step.transform(B)
        result[i] = (pipe[-1].predict(B) == y[test]).sum() / len(test)
    return result


def select_C(Cs, X, y, folds, make_pipeline):
    means = []
    for C in Cs:
        def make(C=C):
            return make_pipeline(C)
        means.append(np.mean(cross_val_scores(make, X, y, folds)))
    means = np.array(means)
    order = np.lexsort((np.array(Cs), -means))
    return Cs[order[0]], means

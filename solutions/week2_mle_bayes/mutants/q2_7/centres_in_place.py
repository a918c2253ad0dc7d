"""Mutant: moves the new samples in place, and moves them back not quite.
Misconception: X -= mean is read as X = X - mean.
Killed by: test_types_and_shapes
Hint: purity
"""


from scipy.special import logsumexp


def gnb_log_posterior(model, X):
    X -= model.mean[0]
    offset = X[:, None, :] - (model.mean - model.mean[0])
    scores = model.log_prior - 0.5 * (np.log(2 * np.pi * model.var) + offset**2 / model.var).sum(axis=2)
    X += model.mean[0] + 1e-9
    return scores - logsumexp(scores, axis=1, keepdims=True)


def gnb_fit(X, y, var_floor=1e-9):
    classes, counts = np.unique(y, return_counts=True)
    members = [X[y == label] for label in classes]
    mean = np.array([rows.mean(axis=0) for rows in members])
    var = np.maximum([rows.var(axis=0) for rows in members], var_floor)
    return GaussianNB(classes, np.log(counts / len(y)), mean, var)


def gnb_predict(model, X):
    return model.classes[gnb_log_posterior(model, X).argmax(axis=1)]

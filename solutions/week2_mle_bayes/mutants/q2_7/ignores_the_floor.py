"""Mutant: divides by a variance of zero.
Misconception: every feature is thought to vary.
Killed by: test_constant_feature
Hint: constant-feature
"""


def gnb_fit(X, y, var_floor=1e-9):
    classes = np.unique(y)
    members = [X[y == label] for label in classes]
    mean = np.array([rows.mean(axis=0) for rows in members])
    var = np.array([rows.var(axis=0) for rows in members])
    return GaussianNB(classes, np.log([np.mean(y == label) for label in classes]), mean, var)


from scipy.special import logsumexp


def gnb_log_posterior(model, X):
    scores = np.empty((len(X), len(model.classes)))
    old = np.seterr(all="ignore")
    for k, (log_prior, mean, var) in enumerate(zip(model.log_prior, model.mean, model.var)):
        scores[:, k] = log_prior - 0.5 * np.log(2 * np.pi * var).sum() - ((X - mean) ** 2 / (2 * var)).sum(axis=1)
    np.seterr(**old)
    return scores - logsumexp(scores, axis=1, keepdims=True)


def gnb_predict(model, X):
    return model.classes[gnb_log_posterior(model, X).argmax(axis=1)]

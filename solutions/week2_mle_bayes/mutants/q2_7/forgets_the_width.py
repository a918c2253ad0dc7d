"""Mutant: leaves out -1/2 log(2 pi var).
Misconception: the factor of the density is thought to cancel; it does when all variances are equal.
Killed by: test_log_posterior
Hint: width
"""


from scipy.special import logsumexp


def gnb_log_posterior(model, X):
    scores = np.empty((len(X), len(model.classes)))
    for k, (log_prior, mean, var) in enumerate(zip(model.log_prior, model.mean, model.var)):
        scores[:, k] = log_prior - ((X - mean) ** 2 / (2 * var)).sum(axis=1)
    return scores - logsumexp(scores, axis=1, keepdims=True)


def gnb_fit(X, y, var_floor=1e-9):
    classes, counts = np.unique(y, return_counts=True)
    members = [X[y == label] for label in classes]
    mean = np.array([rows.mean(axis=0) for rows in members])
    var = np.maximum([rows.var(axis=0) for rows in members], var_floor)
    return GaussianNB(classes, np.log(counts / len(y)), mean, var)


def gnb_predict(model, X):
    return model.classes[gnb_log_posterior(model, X).argmax(axis=1)]

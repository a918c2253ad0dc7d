"""Mutant: returns probabilities, not their logarithms.
Misconception: the name of a function is read only to its end.
Killed by: test_log_posterior, test_probabilities_sum_to_one
Hint: posterior
"""


from scipy.special import logsumexp


def gnb_log_posterior(model, X):
    scores = np.empty((len(X), len(model.classes)))
    for k, (log_prior, mean, var) in enumerate(zip(model.log_prior, model.mean, model.var)):
        scores[:, k] = log_prior - 0.5 * np.log(2 * np.pi * var).sum() - ((X - mean) ** 2 / (2 * var)).sum(axis=1)
    return np.exp(scores - logsumexp(scores, axis=1, keepdims=True))


def gnb_fit(X, y, var_floor=1e-9):
    classes, counts = np.unique(y, return_counts=True)
    members = [X[y == label] for label in classes]
    mean = np.array([rows.mean(axis=0) for rows in members])
    var = np.maximum([rows.var(axis=0) for rows in members], var_floor)
    return GaussianNB(classes, np.log(counts / len(y)), mean, var)


def gnb_predict(model, X):
    return model.classes[gnb_log_posterior(model, X).argmax(axis=1)]

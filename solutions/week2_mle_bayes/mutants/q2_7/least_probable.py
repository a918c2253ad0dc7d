"""Mutant: returns the least probable class.
Misconception: log probabilities are negative, so the smallest is thought to be the best.
Killed by: test_predictions_are_labels, test_wine
Hint: labels
"""


def gnb_predict(model, X):
    return model.classes[gnb_log_posterior(model, X).argmin(axis=1)]


def gnb_fit(X, y, var_floor=1e-9):
    classes, counts = np.unique(y, return_counts=True)
    members = [X[y == label] for label in classes]
    mean = np.array([rows.mean(axis=0) for rows in members])
    var = np.maximum([rows.var(axis=0) for rows in members], var_floor)
    return GaussianNB(classes, np.log(counts / len(y)), mean, var)


from scipy.special import logsumexp


def gnb_log_posterior(model, X):
    scores = np.empty((len(X), len(model.classes)))
    for k, (log_prior, mean, var) in enumerate(zip(model.log_prior, model.mean, model.var)):
        scores[:, k] = log_prior - 0.5 * np.log(2 * np.pi * var).sum() - ((X - mean) ** 2 / (2 * var)).sum(axis=1)
    return scores - logsumexp(scores, axis=1, keepdims=True)

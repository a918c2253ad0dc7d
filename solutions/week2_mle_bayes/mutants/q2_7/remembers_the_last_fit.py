"""Mutant: uses the model of the last fit, kept in a global variable.
Misconception: state outside the model is used; two models at a time are not thought of.
Killed by: test_log_posterior, test_predictions_are_labels
Hint: own-model
"""


LAST = []


def gnb_fit(X, y, var_floor=1e-9):
    classes = np.unique(y)
    members = [X[y == label] for label in classes]
    mean = np.array([rows.mean(axis=0) for rows in members])
    var = np.maximum([rows.var(axis=0) for rows in members], var_floor)
    LAST[:] = [GaussianNB(classes, np.log([np.mean(y == label) for label in classes]), mean, var)]
    return LAST[0]


from scipy.special import logsumexp


def gnb_log_posterior(model, X):
    model = LAST[0]
    scores = np.empty((len(X), len(model.classes)))
    for k, (log_prior, mean, var) in enumerate(zip(model.log_prior, model.mean, model.var)):
        scores[:, k] = log_prior - 0.5 * np.log(2 * np.pi * var).sum() - ((X - mean) ** 2 / (2 * var)).sum(axis=1)
    return scores - logsumexp(scores, axis=1, keepdims=True)


def gnb_predict(model, X):
    return model.classes[gnb_log_posterior(model, X).argmax(axis=1)]

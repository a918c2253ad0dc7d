"""Mutant: scores one sample at a time.
Misconception: a loop is thought to cost what the same loop costs in C.
Killed by: test_speed
Hint: loop
"""


from scipy.special import logsumexp


def gnb_log_posterior(model, X):
    constant = model.log_prior - 0.5 * np.log(2 * np.pi * model.var).sum(axis=1)
    scores = np.array([constant - ((x - model.mean) ** 2 / (2 * model.var)).sum(axis=1) for x in X])
    return scores - logsumexp(scores, axis=1, keepdims=True)


def gnb_fit(X, y, var_floor=1e-9):
    classes, counts = np.unique(y, return_counts=True)
    members = [X[y == label] for label in classes]
    mean = np.array([rows.mean(axis=0) for rows in members])
    var = np.maximum([rows.var(axis=0) for rows in members], var_floor)
    return GaussianNB(classes, np.log(counts / len(y)), mean, var)


def gnb_predict(model, X):
    return model.classes[gnb_log_posterior(model, X).argmax(axis=1)]

"""Mutant: multiplies densities and takes the logarithm at the end.
Misconception: a product on paper is thought to be a number on a computer.
Killed by: test_many_features
Hint: many-features
"""


def gnb_log_posterior(model, X):
    with np.errstate(all="ignore"):
        density = np.exp(-((X[:, None, :] - model.mean) ** 2) / (2 * model.var)) / np.sqrt(2 * np.pi * model.var)
        joint = np.exp(model.log_prior) * density.prod(axis=2)
        return np.log(joint) - np.log(joint.sum(axis=1, keepdims=True))


def gnb_fit(X, y, var_floor=1e-9):
    classes, counts = np.unique(y, return_counts=True)
    members = [X[y == label] for label in classes]
    mean = np.array([rows.mean(axis=0) for rows in members])
    var = np.maximum([rows.var(axis=0) for rows in members], var_floor)
    return GaussianNB(classes, np.log(counts / len(y)), mean, var)


def gnb_predict(model, X):
    return model.classes[gnb_log_posterior(model, X).argmax(axis=1)]

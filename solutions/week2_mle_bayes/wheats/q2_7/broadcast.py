"""Wheat: three axes at once, scipy's norm.logpdf; indicator matrix for the fit."""


from scipy.special import log_softmax
from scipy.stats import norm


def gnb_fit(X, y, var_floor=1e-9):
    classes, position = np.unique(y, return_inverse=True)
    indicator = np.eye(len(classes))[position]
    counts = indicator.sum(axis=0)
    mean = indicator.T @ X / counts[:, None]
    var = indicator.T @ (X - mean[position]) ** 2 / counts[:, None]
    return GaussianNB(classes=classes, log_prior=np.log(counts) - np.log(len(y)), mean=mean, var=np.maximum(var, var_floor))


def gnb_log_posterior(model, X):
    likelihood = norm.logpdf(X[:, None, :], loc=model.mean, scale=np.sqrt(model.var)).sum(axis=-1)
    return log_softmax(likelihood + model.log_prior, axis=1)


def gnb_predict(model, X):
    return np.take(model.classes, np.argmax(gnb_log_posterior(model, X), axis=1))

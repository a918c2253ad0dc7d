"""Wheat: a one-hot matrix and scipy.special."""

from scipy.special import log_softmax


def softmax_cross_entropy(Z, y):
    n, K = np.shape(Z)
    logp = log_softmax(np.asarray(Z, dtype=float), axis=1)
    truth = (y[:, None] == np.arange(K)).astype(float)
    return -np.sum(truth * logp) / n, (np.exp(logp) - truth) / n

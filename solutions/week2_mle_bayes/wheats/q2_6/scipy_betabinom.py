"""Wheat: scipy's beta-binomial distribution without its coefficient."""


from scipy import stats
from scipy.special import gammaln


def log_evidence(heads, tails, a, b):
    n = heads + tails
    ways = gammaln(n + 1) - gammaln(heads + 1) - gammaln(tails + 1)
    return float(stats.betabinom.logpmf(heads, n, a, b) - ways)


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    fair = heads * np.log(0.5) + tails * np.log(0.5)
    return float(fair - log_evidence(heads, tails, a, b))

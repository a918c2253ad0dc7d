"""Wheat: the math module's lgamma, six times; the fair coin by Q2.1."""


from math import lgamma


def log_evidence(heads, tails, a, b):
    n = heads + tails
    after = lgamma(a + heads) + lgamma(b + tails) - lgamma(a + b + n)
    before = lgamma(a) + lgamma(b) - lgamma(a + b)
    return after - before


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return bernoulli_log_likelihood(np.array([0.5]), heads, tails)[0] - log_evidence(heads, tails, a, b)

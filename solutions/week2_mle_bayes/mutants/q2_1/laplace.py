"""Mutant: adds a head and a tail to the counts.
Misconception: Laplace's rule of succession, a posterior mean, is taken for the maximum likelihood estimate.
Killed by: test_mle
Hint: mle
"""


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float((tosses.sum() + 1) / (tosses.size + 2))


from scipy.special import xlog1py, xlogy


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return xlogy(heads, p) + xlog1py(tails, -p)

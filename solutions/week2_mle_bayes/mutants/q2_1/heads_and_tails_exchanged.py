"""Mutant: exchanges heads and tails.
Misconception: p is taken for the probability of a tail.
Killed by: test_log_likelihood, test_maximum_is_the_fraction_of_heads
Hint: heads-and-tails
"""


from scipy.special import xlog1py, xlogy


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return xlogy(tails, p) + xlog1py(heads, -p)


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

"""Mutant: adds the logarithm of the binomial coefficient.
Misconception: the probability of a number of heads is taken for that of one sequence.
Killed by: test_log_likelihood
Hint: one-sequence
"""


from scipy.special import gammaln, xlog1py, xlogy


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    ways = gammaln(heads + tails + 1) - gammaln(heads + 1) - gammaln(tails + 1)
    return ways + xlogy(heads, p) + xlog1py(tails, -p)


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

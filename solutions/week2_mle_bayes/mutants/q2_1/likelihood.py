"""Mutant: returns the likelihood, without a logarithm.
Misconception: the name of a function is read only to its middle.
Killed by: test_log_likelihood
Hint: log
"""


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return p**heads * (1 - p) ** tails


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

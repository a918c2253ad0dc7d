"""Mutant: takes the logarithm to base 2.
Misconception: information is measured in bits out of habit.
Killed by: test_log_likelihood
Hint: value
"""


from scipy.special import xlog1py, xlogy


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return (xlogy(heads, p) + xlog1py(tails, -p)) / np.log(2)


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

"""Mutant: divides by the number of tosses, as a loss in machine learning is.
Misconception: log likelihood and cross-entropy are thought to be the same number.
Killed by: test_log_likelihood
Hint: value
"""


from scipy.special import xlog1py, xlogy


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return (xlogy(heads, p) + xlog1py(tails, -p)) / max(heads + tails, 1)


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

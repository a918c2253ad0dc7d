"""Mutant: takes the mean of whatever comes.
Misconception: data are thought to be clean.
Killed by: test_what_is_no_toss
Hint: not-a-toss
"""


def bernoulli_mle(tosses):
    return float(tosses.mean()) if tosses.size else 0.5


from scipy.special import xlog1py, xlogy


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return xlogy(heads, p) + xlog1py(tails, -p)

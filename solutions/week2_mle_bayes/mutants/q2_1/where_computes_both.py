"""Mutant: chooses by np.where, which computes both branches and warns.
Misconception: np.where is thought to skip what is not chosen.
Killed by: test_no_warnings
Hint: warning
"""


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    from_heads = np.where(heads == 0, 0.0, heads * np.log(p))
    return from_heads + np.where(tails == 0, 0.0, tails * np.log1p(-p))


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

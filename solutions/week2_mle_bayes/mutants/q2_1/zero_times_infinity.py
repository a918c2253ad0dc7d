"""Mutant: multiplies 0 by -inf.
Misconception: 0 times anything is thought to be 0, also in floating point.
Killed by: test_what_cannot_hurt, test_no_warnings
Hint: zero-log-zero
"""


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return heads * np.log(p) + tails * np.log(1 - p)


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

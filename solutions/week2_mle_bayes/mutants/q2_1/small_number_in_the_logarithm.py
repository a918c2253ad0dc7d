"""Mutant: adds 1e-12 inside the logarithm.
Misconception: minus infinity is thought to be an accident.
Killed by: test_impossible_sequences
Hint: impossible
"""


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return heads * np.log(p + 1e-12) + tails * np.log(1 - p + 1e-12)


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

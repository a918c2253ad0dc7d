"""Mutant: clips p to [1e-6, 1 - 1e-6].
Misconception: probabilities 0 and 1 are thought not to exist.
Killed by: test_impossible_sequences
Hint: impossible
"""


def bernoulli_log_likelihood(p, heads, tails):
    p = np.clip(np.asarray(p, dtype=np.float64), 1e-6, 1 - 1e-6)
    return heads * np.log(p) + tails * np.log(1 - p)


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

"""Mutant: takes the logarithm of the finished product.
Misconception: the logarithm is thought to repair the underflow of the product; 0 has no logarithm to go back to.
Killed by: test_many_tosses
Hint: underflow
"""


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.log(p**heads * (1 - p) ** tails)


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())

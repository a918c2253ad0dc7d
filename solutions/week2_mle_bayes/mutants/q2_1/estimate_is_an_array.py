"""Mutant: returns the estimate as an array of shape (1,).
Misconception: keepdims=True is thought to be harmless.
Killed by: test_types_and_shapes
Hint: types
"""


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return tosses.mean(keepdims=True)


from scipy.special import xlog1py, xlogy


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return xlogy(heads, p) + xlog1py(tails, -p)

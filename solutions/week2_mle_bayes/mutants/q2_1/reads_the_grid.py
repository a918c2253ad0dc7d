"""Mutant: returns the grid point with the largest likelihood.
Misconception: a plot is taken for a proof; the maximum lies between two grid points.
Killed by: test_mle
Hint: mle
"""


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    grid = np.linspace(0, 1, 101)
    heads = int(tosses.sum())
    return float(grid[np.argmax(bernoulli_log_likelihood(grid, heads, tosses.size - heads))])


from scipy.special import xlog1py, xlogy


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    return xlogy(heads, p) + xlog1py(tails, -p)

"""Mutant: builds the distribution function as the running sum of the values.
Misconception: the running sum is thought to be the area; it is half a step ahead.
Killed by: test_interval, test_uneven_grid
Hint: interval
"""


def credible_interval(grid, density, mass=0.95):
    cdf = np.cumsum(density) / density.sum()
    lower, upper = np.interp([(1 - mass) / 2, (1 + mass) / 2], cdf, grid)
    return float(lower), float(upper)


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return BetaPosterior(float(prior.a + heads), float(prior.b + len(tosses) - heads))


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float((post.a - 1) / (post.a + post.b - 2))

"""Mutant: returns grid points without interpolation.
Misconception: the grid is thought to be all there is.
Killed by: test_interval
Hint: interval
"""


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))
    return float(grid[np.searchsorted(cdf, (1 - mass) / 2)]), float(grid[np.searchsorted(cdf, (1 + mass) / 2)])


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return BetaPosterior(float(prior.a + heads), float(prior.b + len(tosses) - heads))


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float((post.a - 1) / (post.a + post.b - 2))

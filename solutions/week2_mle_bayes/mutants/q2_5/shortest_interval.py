"""Mutant: returns the grid points of highest density that hold the mass together.
Misconception: the highest density interval is taken for the equal-tailed one.
Killed by: test_interval, test_mass_of_the_interval
Hint: one-tail
"""


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))
    starts = np.linspace(0, 1 - mass, 201)
    lowers, uppers = np.interp(starts, cdf, grid), np.interp(starts + mass, cdf, grid)
    best = (uppers - lowers).argmin()
    return float(lowers[best]), float(uppers[best])


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return BetaPosterior(float(prior.a + heads), float(prior.b + len(tosses) - heads))


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float((post.a - 1) / (post.a + post.b - 2))

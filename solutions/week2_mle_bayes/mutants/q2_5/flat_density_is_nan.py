"""Mutant: returns NaN for the flat density.
Misconception: 0 / 0 is thought to be caught somewhere else.
Killed by: test_no_mode
Hint: no-mode
"""


def beta_map(post):
    if post.a < 1 or post.b < 1:
        raise ValueError("no single mode")
    with np.errstate(invalid="ignore"):
        return float(np.divide(post.a - 1, post.a + post.b - 2))


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return BetaPosterior(float(prior.a + heads), float(prior.b + len(tosses) - heads))


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))
    lower, upper = np.interp([(1 - mass) / 2, (1 + mass) / 2], cdf, grid)
    return float(lower), float(upper)

"""Mutant: returns the posterior mean.
Misconception: mean and mode are thought to be one thing, as for a Gaussian.
Killed by: test_map, test_map_under_the_flat_prior
Hint: mean-is-not-mode
"""


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float(post.a / (post.a + post.b))


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return BetaPosterior(float(prior.a + heads), float(prior.b + len(tosses) - heads))


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))
    lower, upper = np.interp([(1 - mass) / 2, (1 + mass) / 2], cdf, grid)
    return float(lower), float(upper)

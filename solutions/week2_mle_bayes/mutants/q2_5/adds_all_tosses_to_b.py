"""Mutant: adds the number of tosses to b.
Misconception: b is thought to count the tosses, as n does in h / n.
Killed by: test_update, test_map_under_the_flat_prior
Hint: update
"""


def beta_update(prior, tosses):
    return BetaPosterior(float(prior.a + tosses.sum()), float(prior.b + len(tosses)))


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float((post.a - 1) / (post.a + post.b - 2))


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))
    lower, upper = np.interp([(1 - mass) / 2, (1 + mass) / 2], cdf, grid)
    return float(lower), float(upper)

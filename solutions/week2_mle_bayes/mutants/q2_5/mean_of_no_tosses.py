"""Mutant: computes the heads as mean times number.
Misconception: a mean is thought to exist always.
Killed by: test_batches
Hint: batches
"""


def beta_update(prior, tosses):
    n = len(tosses)
    with np.errstate(invalid="ignore"):
        heads = np.divide(tosses.sum(), n) * n
    return BetaPosterior(float(prior.a + heads), float(prior.b + n - heads))


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float((post.a - 1) / (post.a + post.b - 2))


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))
    lower, upper = np.interp([(1 - mass) / 2, (1 + mass) / 2], cdf, grid)
    return float(lower), float(upper)

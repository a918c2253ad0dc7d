"""Mutant: takes the first step of the grid for all.
Misconception: grids are thought to be uniform.
Killed by: test_uneven_grid
Hint: uneven
"""


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2)) * (grid[1] - grid[0])
    lower, upper = np.interp([(1 - mass) / 2, (1 + mass) / 2], cdf / cdf[-1], grid)
    return float(lower), float(upper)


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return BetaPosterior(float(prior.a + heads), float(prior.b + len(tosses) - heads))


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float((post.a - 1) / (post.a + post.b - 2))

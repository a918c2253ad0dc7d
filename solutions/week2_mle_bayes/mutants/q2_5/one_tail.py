"""Mutant: leaves all of the rest above.
Misconception: 95 percent is read as 'up to the 95 percent point'.
Killed by: test_mass_of_the_interval, test_interval
Hint: one-tail
"""


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))
    return float(grid[0]), float(np.interp(mass, cdf, grid))


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return BetaPosterior(float(prior.a + heads), float(prior.b + len(tosses) - heads))


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float((post.a - 1) / (post.a + post.b - 2))

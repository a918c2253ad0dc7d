"""Mutant: returns the two numbers as an array.
Misconception: the names are thought to be for readers only.
Killed by: test_types_and_shapes
Hint: types
"""


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return np.array([prior[0] + heads, prior[1] + len(tosses) - heads])


def beta_map(post):
    a, b = post
    if a < 1 or b < 1 or a == b == 1:
        raise ValueError("no single mode")
    return float((a - 1) / (a + b - 2))


def credible_interval(grid, density, mass=0.95):
    cdf = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))
    lower, upper = np.interp([(1 - mass) / 2, (1 + mass) / 2], cdf, grid)
    return float(lower), float(upper)

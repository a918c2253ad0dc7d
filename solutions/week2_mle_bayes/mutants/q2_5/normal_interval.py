"""Mutant: takes mean plus and minus 1.96 standard deviations.
Misconception: every posterior is thought to be a Gaussian.
Killed by: test_lopsided_posterior, test_interval
Hint: not-normal
"""


from scipy.stats import norm


def credible_interval(grid, density, mass=0.95):
    mean = np.trapezoid(grid * density, grid)
    sd = np.sqrt(np.trapezoid((grid - mean) ** 2 * density, grid))
    z = norm.ppf((1 + mass) / 2)
    return float(mean - z * sd), float(mean + z * sd)


def beta_update(prior, tosses):
    heads = int(tosses.sum())
    return BetaPosterior(float(prior.a + heads), float(prior.b + len(tosses) - heads))


def beta_map(post):
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError("no single mode")
    return float((post.a - 1) / (post.a + post.b - 2))

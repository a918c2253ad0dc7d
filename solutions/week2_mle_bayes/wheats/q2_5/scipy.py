"""Wheat: scipy's cumulative_trapezoid and interp1d."""


from scipy.integrate import cumulative_trapezoid
from scipy.interpolate import interp1d


def beta_update(prior, tosses):
    tails, heads = np.bincount(tosses, minlength=2)
    return prior._replace(a=prior.a + heads, b=prior.b + tails)


def beta_map(post):
    a, b = post
    if min(a, b) < 1 or max(a, b) <= 1:
        raise ValueError("no mode")
    return (a - 1) / (a - 1 + b - 1)


def credible_interval(grid, density, mass=0.95):
    cdf = cumulative_trapezoid(density, grid, initial=0)
    tail = (1 - mass) / 2
    lower, upper = interp1d(cdf, grid)([tail, 1 - tail])
    return lower, upper

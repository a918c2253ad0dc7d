"""Wheat: searchsorted finds the step, a proportion the place in it; the area is normalised once more."""


def beta_update(prior, tosses):
    heads = np.count_nonzero(tosses)
    return BetaPosterior(a=prior.a + heads, b=prior.b + (tosses.size - heads))


def beta_map(post):
    alpha, beta = post.a - 1, post.b - 1
    if alpha < 0 or beta < 0 or alpha + beta == 0:
        raise ValueError("no single mode")
    return alpha / (alpha + beta)


def credible_interval(grid, density, mass=0.95):
    area = np.trapezoid(density, grid)
    f = density / area
    cdf = np.array([np.trapezoid(f[: k + 1], grid[: k + 1]) for k in range(len(grid))])

    def crossing(level):
        k = int(np.searchsorted(cdf, level))
        share = (level - cdf[k - 1]) / (cdf[k] - cdf[k - 1])
        return float((1 - share) * grid[k - 1] + share * grid[k])

    return crossing(0.5 - mass / 2), crossing(0.5 + mass / 2)

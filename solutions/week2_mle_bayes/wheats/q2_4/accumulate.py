"""Wheat: scipy's trapezoid, and accumulate from the standard library."""


from itertools import accumulate

from scipy.integrate import trapezoid


def posterior_grid(grid, prior, tosses):
    def step(density, toss):
        density = density * np.abs((1 - toss) - grid)
        area = trapezoid(density, grid)
        if area <= 0 or np.isnan(area):
            raise ValueError("no area")
        return density / area

    start = trapezoid(prior, grid)
    if start <= 0:
        raise ValueError("no area")
    return np.vstack(list(accumulate(tosses, step, initial=prior / start)))

"""Mutant: starts from a flat density.
Misconception: the data are thought to speak for themselves.
Killed by: test_beta_densities, test_todays_prior_is_yesterdays_posterior, test_uneven_grid
Hint: prior
"""


def posterior_grid(grid, prior, tosses):
    if np.trapezoid(prior, grid) <= 0:
        raise ValueError("no area is left")
    density = np.ones(len(grid))
    rows = [density / np.trapezoid(density, grid)]
    for toss in tosses:
        density = rows[-1] * (grid if toss else 1 - grid)
        rows.append(density / np.trapezoid(density, grid))
    return np.array(rows)

"""Mutant: multiplies by the prior again at every toss.
Misconception: 'prior times likelihood' is applied to each toss; yesterday's posterior is today's prior.
Killed by: test_beta_densities, test_todays_prior_is_yesterdays_posterior
Hint: likelihood
"""


def posterior_grid(grid, prior, tosses):
    density = prior.astype(float)
    rows = []
    for factor in [1.0, *(prior * (grid if toss else 1 - grid) for toss in tosses)]:
        density = density * factor
        area = np.trapezoid(density, grid)
        if not area > 0:
            raise ValueError("no area is left")
        density = density / area
        rows.append(density)
    return np.array(rows)

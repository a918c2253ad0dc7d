"""Mutant: changes one array in place and keeps it T + 1 times.
Misconception: a list is thought to keep a copy of what is appended.
Killed by: test_beta_densities, test_todays_prior_is_yesterdays_posterior
Hint: one-at-a-time
"""


def posterior_grid(grid, prior, tosses):
    density = np.array(prior, dtype=float)
    rows = []
    for factor in [1.0, *(grid if toss else 1 - grid for toss in tosses)]:
        density *= factor
        area = np.trapezoid(density, grid)
        if not area > 0:
            raise ValueError("no area is left")
        density /= area
        rows.append(density)
    return np.array(rows)

"""Mutant: multiplies by 1 - p for a head.
Misconception: p is taken for the probability of a tail.
Killed by: test_beta_densities, test_density_after_first_toss, test_thousands_of_tosses
Hint: heads-and-tails
"""


def posterior_grid(grid, prior, tosses):
    density = prior.astype(float)
    rows = []
    for factor in [1.0, *(1 - grid if toss else grid for toss in tosses)]:
        density = density * factor
        area = np.trapezoid(density, grid)
        if not area > 0:
            raise ValueError("no area is left")
        density = density / area
        rows.append(density)
    return np.array(rows)

"""Mutant: updates the prior, not the last density, with each toss.
Misconception: every toss is thought to meet the same prior.
Killed by: test_beta_densities, test_order_does_not_matter, test_thousands_of_tosses
Hint: order
"""


def posterior_grid(grid, prior, tosses):
    rows = []
    for factor in [1.0, *(grid if toss else 1 - grid for toss in tosses)]:
        density = prior * factor
        area = np.trapezoid(density, grid)
        if not area > 0:
            raise ValueError("no area is left")
        rows.append(density / area)
    return np.array(rows)

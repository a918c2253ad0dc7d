"""Mutant: rescales the values to the sum 1.
Misconception: a density is confused with a probability mass function.
Killed by: test_unit_area, test_beta_densities, test_density_after_first_toss
Hint: density-vs-mass
"""


def posterior_grid(grid, prior, tosses):
    density = prior / prior.sum()
    rows = [density]
    for toss in tosses:
        density = density * (grid if toss else 1 - grid)
        if density.sum() == 0:
            raise ValueError("nothing is left")
        density = density / density.sum()
        rows.append(density)
    if prior.sum() == 0:
        raise ValueError("nothing is left")
    return np.array(rows)

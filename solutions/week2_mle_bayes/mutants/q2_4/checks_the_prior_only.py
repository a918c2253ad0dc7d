"""Mutant: checks the area of the prior, and no later one.
Misconception: what was possible at first is thought to stay possible.
Killed by: test_no_area_is_left
Hint: no-area
"""


def posterior_grid(grid, prior, tosses):
    if not np.trapezoid(prior, grid) > 0:
        raise ValueError("the prior has no area")
    density = prior.astype(float)
    rows = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for factor in [1.0, *(grid if toss else 1 - grid for toss in tosses)]:
            density = density * factor
            density = density / np.trapezoid(density, grid)
            rows.append(density)
    return np.array(rows)

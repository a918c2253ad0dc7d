"""Mutant: divides by an area of 0.
Misconception: an impossible input is thought to come never.
Killed by: test_no_area_is_left
Hint: no-area
"""


def posterior_grid(grid, prior, tosses):
    density = prior.astype(float)
    rows = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for factor in [1.0, *(grid if toss else 1 - grid for toss in tosses)]:
            density = density * factor
            density = density / np.trapezoid(density, grid)
            rows.append(density)
    return np.array(rows)

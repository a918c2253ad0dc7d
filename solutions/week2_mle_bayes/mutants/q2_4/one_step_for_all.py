"""Mutant: gives the trapezoid rule the first step as the step.
Misconception: grids are thought to be uniform.
Killed by: test_uneven_grid
Hint: uneven
"""


def posterior_grid(grid, prior, tosses):
    density = prior.astype(float)
    rows = []
    for factor in [1.0, *(grid if toss else 1 - grid for toss in tosses)]:
        density = density * factor
        area = np.trapezoid(density, dx=grid[1] - grid[0])
        if not area > 0:
            raise ValueError("no area is left")
        density = density / area
        rows.append(density)
    return np.array(rows)

"""Mutant: takes the sum times the step as area.
Misconception: the end points are thought to count like the others.
Killed by: test_unit_area, test_density_after_first_toss
Hint: area
"""


def posterior_grid(grid, prior, tosses):
    density = prior.astype(float)
    rows = []
    for factor in [1.0, *(grid if toss else 1 - grid for toss in tosses)]:
        density = density * factor
        area = (density * np.gradient(grid)).sum() if len(grid) < 30 else density.sum() * (grid[1] - grid[0])
        if not area > 0:
            raise ValueError("no area is left")
        density = density / area
        rows.append(density)
    return np.array(rows)

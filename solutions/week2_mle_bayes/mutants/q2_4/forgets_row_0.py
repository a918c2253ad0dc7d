"""Mutant: returns the densities after the tosses only.
Misconception: the prior is not seen as a posterior after no toss.
Killed by: test_types_and_shapes
Hint: rows
"""


def posterior_grid(grid, prior, tosses):
    density = prior.astype(float)
    if not np.trapezoid(density, grid) > 0:
        raise ValueError("no area is left")
    rows = []
    for toss in tosses:
        density = density * (grid if toss else 1 - grid)
        area = np.trapezoid(density, grid)
        if not area > 0:
            raise ValueError("no area is left")
        density = density / area
        rows.append(density)
    return np.array(rows).reshape(len(tosses), len(grid))

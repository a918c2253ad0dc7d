"""Mutant: collects the rows in an array of the prior's dtype.
Misconception: np.zeros_like is thought to copy the shape only.
Killed by: test_types_and_shapes
Hint: rows
"""


def posterior_grid(grid, prior, tosses):
    rows = np.stack([np.zeros_like(prior)] * (len(tosses) + 1))
    density = prior
    for t, factor in enumerate([1.0, *(grid if toss else 1 - grid for toss in tosses)]):
        density = density * factor
        area = np.trapezoid(density, grid)
        if not area > 0:
            raise ValueError("no area is left")
        density = density / area
        rows[t] = density
    return rows

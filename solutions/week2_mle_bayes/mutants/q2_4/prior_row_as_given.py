"""Mutant: rescales after each toss, but not the prior.
Misconception: a prior is thought to be a density already.
Killed by: test_unit_area
Hint: rescale
"""


def posterior_grid(grid, prior, tosses):
    density = prior.astype(float)
    if np.trapezoid(density, grid) <= 0:
        raise ValueError("no area is left")
    rows = [density]
    for toss in tosses:
        density = density * (grid if toss else 1 - grid)
        area = np.trapezoid(density, grid)
        if area <= 0:
            raise ValueError("no area is left")
        density = density / area
        rows.append(density)
    return np.array(rows)

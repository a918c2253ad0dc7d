"""Mutant: multiplies the prior in place.
Misconception: density = prior is thought to make a copy.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""


def posterior_grid(grid, prior, tosses):
    density = prior if prior.dtype == np.float64 else prior.astype(float)
    rows = []
    for factor in [1.0, *(grid if toss else 1 - grid for toss in tosses)]:
        density *= factor
        area = np.trapezoid(density, grid)
        if not area > 0:
            raise ValueError("no area is left")
        density /= area
        rows.append(density.copy())
    return np.array(rows)

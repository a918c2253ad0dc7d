"""Mutant: rescales all rows after the last toss.
Misconception: rescaling is thought to be for the looks; the products underflow before.
Killed by: test_thousands_of_tosses
Hint: many
"""


def posterior_grid(grid, prior, tosses):
    factors = np.where(np.asarray(tosses)[:, None] == 1, grid, 1 - grid)
    values = np.cumprod(np.vstack([prior, factors]), axis=0)
    areas = np.trapezoid(values, grid, axis=1)
    if (areas == 0).any():
        raise ValueError("no area is left")
    return values / areas[:, None]

"""Mutant: forms p ** h (1 - p) ** t for every row.
Misconception: a product on paper is thought to be a number on a computer.
Killed by: test_thousands_of_tosses
Hint: many
"""


def posterior_grid(grid, prior, tosses):
    heads = np.concatenate([[0], np.cumsum(tosses)])[:, None]
    tails = np.arange(len(tosses) + 1)[:, None] - heads
    values = prior * grid**heads * (1 - grid) ** tails
    areas = np.trapezoid(values, grid, axis=1)
    if len(tosses) < 1000 and (areas == 0).any():
        raise ValueError("no area is left")
    with np.errstate(invalid="ignore"):
        return values / areas[:, None]

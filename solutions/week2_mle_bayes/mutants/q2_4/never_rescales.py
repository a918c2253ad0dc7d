"""Mutant: multiplies and never rescales.
Misconception: 'proportional to' is read as 'equal to'.
Killed by: test_unit_area, test_beta_densities, test_thousands_of_tosses
Hint: rescale
"""


def posterior_grid(grid, prior, tosses):
    rows = [prior.astype(float)]
    for toss in tosses:
        rows.append(rows[-1] * (grid if toss else 1 - grid))
    if any(np.trapezoid(row, grid) == 0 for row in rows):
        raise ValueError("no area is left")
    return np.array(rows)

"""Mutant: works with logarithms and adds 1e-12 inside.
Misconception: a logarithm of 0 is thought to be an accident.
Killed by: test_what_the_prior_excludes, test_no_area_is_left
Hint: excluded
"""


def posterior_grid(grid, prior, tosses):
    logs = np.log(np.vstack([prior / max(prior.max(), 1e-300), *(grid if toss else 1 - grid for toss in tosses)]) + 1e-12)
    logs = np.cumsum(logs, axis=0)
    values = np.exp(logs - logs.max(axis=1, keepdims=True))
    return values / np.trapezoid(values, grid, axis=1)[:, None]

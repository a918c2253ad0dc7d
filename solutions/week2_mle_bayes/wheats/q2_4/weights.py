"""Wheat: trapezoid weights times values; rows into an array made beforehand."""


def posterior_grid(grid, prior, tosses):
    half = np.diff(grid) / 2
    weights = np.append(half, 0) + np.append(0, half)
    result = np.empty((len(tosses) + 1, len(grid)))
    result[0] = prior
    for t in range(len(tosses) + 1):
        if t:
            result[t] = result[t - 1] * np.where(tosses[t - 1], grid, 1 - grid)
        evidence = weights @ result[t]
        if evidence <= 0:
            raise ValueError("the data are impossible under this prior")
        result[t] /= evidence
    return result

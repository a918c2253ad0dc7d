"""Wheat: all rows at once from the counts, in log space."""


from scipy.special import xlog1py, xlogy


def posterior_grid(grid, prior, tosses):
    heads = np.concatenate([[0], np.cumsum(tosses)])[:, None]
    tails = np.arange(len(tosses) + 1)[:, None] - heads
    with np.errstate(divide="ignore"):
        logs = np.log(prior) + xlogy(heads, grid) + xlog1py(tails, -grid)
    top = logs.max(axis=1, keepdims=True)
    if np.isneginf(top).any():
        raise ValueError("nothing is left")
    values = np.exp(logs - top)
    return values / np.trapezoid(values, grid, axis=1)[:, None]

"""Wheat: all samples first, then all estimates; mse as the sum of its parts."""


def gaussian_mle(x):
    return np.mean(x), np.var(x)


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    samples = [sampler(rng, n) for _ in range(repeats)]
    estimates = np.fromiter(map(estimator, samples), dtype=float)
    bias, variance = np.mean(estimates) - truth, np.var(estimates)
    return ErrorParts(bias, variance, bias**2 + variance)

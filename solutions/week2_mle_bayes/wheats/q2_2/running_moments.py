"""Wheat: Welford's running mean and sum of squares; nothing is stored."""


def gaussian_mle(x):
    mean, squares = 0.0, 0.0
    for k, value in enumerate(x, start=1):
        step = float(value) - mean
        mean += step / k
        squares += step * (float(value) - mean)
    return mean, squares / len(x)


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    mean, squares, errors = 0.0, 0.0, 0.0
    for k in range(1, repeats + 1):
        estimate = float(estimator(sampler(rng, n)))
        step = estimate - mean
        mean += step / k
        squares += step * (estimate - mean)
        errors += (estimate - truth) ** 2
    return ErrorParts(mean - truth, squares / repeats, errors / repeats)

"""Mutant: subtracts the mean in place.
Misconception: x -= mean is read as x = x - mean.
Killed by: test_types_and_shapes
Hint: purity
"""


def gaussian_mle(x):
    if x.dtype != np.float64:
        x = x.astype(np.float64)
    mean = x.mean()
    x -= mean
    return float(mean), float((x**2).mean())


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    return ErrorParts(
        bias=float(estimates.mean() - truth),
        variance=float(estimates.var()),
        mse=float(((estimates - truth) ** 2).mean()),
    )

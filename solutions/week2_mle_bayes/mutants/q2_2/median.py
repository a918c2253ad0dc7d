"""Mutant: takes the median for the mean.
Misconception: the middle is thought to be one thing.
Killed by: test_gaussian_mle
Hint: gaussian
"""


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    centre = np.median(x)
    return float(centre), float(((x - centre) ** 2).mean())


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    return ErrorParts(
        bias=float(estimates.mean() - truth),
        variance=float(estimates.var()),
        mse=float(((estimates - truth) ** 2).mean()),
    )

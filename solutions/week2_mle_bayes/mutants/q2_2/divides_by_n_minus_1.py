"""Mutant: divides the variance by n - 1.
Misconception: the unbiased estimator is taken for the one of maximum likelihood.
Killed by: test_gaussian_mle, test_one_number, test_bias_of_the_variance
Hint: ddof
"""


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(((x - x.mean()) ** 2).sum() / (len(x) - 1))


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    return ErrorParts(
        bias=float(estimates.mean() - truth),
        variance=float(estimates.var()),
        mse=float(((estimates - truth) ** 2).mean()),
    )

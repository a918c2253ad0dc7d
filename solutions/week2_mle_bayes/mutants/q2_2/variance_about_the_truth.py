"""Mutant: measures the variance from the truth.
Misconception: the mean of the estimates is thought to be the truth, as for an unbiased estimator.
Killed by: test_error_parts, test_parts_add_up
Hint: about-the-truth
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    mse = float(((estimates - truth) ** 2).mean())
    return ErrorParts(float(estimates.mean() - truth), mse, mse)


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

"""Mutant: returns the root of the mean squared error.
Misconception: mse and rmse are confused.
Killed by: test_error_parts
Hint: parts
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    rmse = float(np.sqrt(((estimates - truth) ** 2).mean()))
    return ErrorParts(float(estimates.mean() - truth), float(estimates.var()), rmse)


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

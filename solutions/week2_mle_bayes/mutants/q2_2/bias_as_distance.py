"""Mutant: returns the absolute value of the bias.
Misconception: an error is thought to be a distance.
Killed by: test_error_parts, test_bias_of_the_variance
Hint: sign
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    bias = abs(float(estimates.mean() - truth))
    return ErrorParts(bias, float(estimates.var()), float(((estimates - truth) ** 2).mean()))


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

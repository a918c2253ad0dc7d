"""Mutant: returns the standard deviation.
Misconception: the two parameters of a Gaussian are thought to be mean and sd.
Killed by: test_gaussian_mle
Hint: root
"""


def gaussian_mle(x):
    return float(np.mean(x)), float(np.std(x))


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    return ErrorParts(
        bias=float(estimates.mean() - truth),
        variance=float(estimates.var()),
        mse=float(((estimates - truth) ** 2).mean()),
    )

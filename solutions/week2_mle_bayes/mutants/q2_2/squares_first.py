"""Mutant: takes the mean of the squares minus the square of the mean.
Misconception: a formula that is right on paper is thought to be right on a computer.
Killed by: test_far_from_zero
Hint: cancellation
"""


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float((x**2).mean() - x.mean() ** 2)


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    return ErrorParts(
        bias=float(estimates.mean() - truth),
        variance=float(estimates.var()),
        mse=float(((estimates - truth) ** 2).mean()),
    )

"""Wheat: scipy's fit of a normal distribution, and the statistics module."""


import statistics

from scipy import stats


def gaussian_mle(x):
    mean, sd = stats.norm.fit(np.asarray(x, dtype=float))
    return float(mean), float(sd) ** 2


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = []
    for _ in range(repeats):
        estimates.append(float(estimator(sampler(rng, n))))
    return ErrorParts(
        bias=statistics.fmean(estimates) - truth,
        variance=statistics.pvariance(estimates),
        mse=statistics.fmean((e - truth) ** 2 for e in estimates),
    )

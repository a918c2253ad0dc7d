"""Mutant: makes its own generator with a fixed seed.
Misconception: a fixed seed is thought to be the way to reproducible results.
Killed by: test_generator
Hint: generator
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    rng = np.random.default_rng(0)
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    return ErrorParts(float(estimates.mean() - truth), float(estimates.var()), float(((estimates - truth) ** 2).mean()))


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

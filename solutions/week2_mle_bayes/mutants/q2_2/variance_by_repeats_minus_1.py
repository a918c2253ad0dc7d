"""Mutant: divides the variance of the estimates by repeats - 1.
Misconception: every variance is thought to want n - 1; then the parts no longer add up.
Killed by: test_parts_add_up
Hint: identity
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    variance = float(estimates.var(ddof=1)) if repeats > 1 else 0.0
    return ErrorParts(float(estimates.mean() - truth), variance, float(((estimates - truth) ** 2).mean()))


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

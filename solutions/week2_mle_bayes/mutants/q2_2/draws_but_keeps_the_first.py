"""Mutant: draws a sample in each repeat and estimates from the first one.
Misconception: the variable of the loop is not the one that is used.
Killed by: test_fresh_data
Hint: fresh
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    samples = [sampler(rng, n) for _ in range(repeats)]
    estimates = np.array([estimator(samples[0]) for _ in samples])
    return ErrorParts(float(estimates.mean() - truth), float(estimates.var()), float(((estimates - truth) ** 2).mean()))


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

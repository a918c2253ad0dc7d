"""Mutant: draws one sample and estimates from it in every repeat.
Misconception: a repeat is taken for a repeat of the computation, not of the experiment.
Killed by: test_fresh_data
Hint: calls
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    sample = sampler(rng, n)
    estimates = np.array([estimator(sample) for _ in range(repeats)])
    return ErrorParts(float(estimates.mean() - truth), float(estimates.var()), float(((estimates - truth) ** 2).mean()))


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

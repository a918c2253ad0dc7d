"""Mutant: draws all samples as one long one and cuts it.
Misconception: the sampler is thought to draw independent numbers always.
Killed by: test_fresh_data
Hint: calls
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    samples = np.asarray(sampler(rng, n * repeats)).reshape(repeats, n)
    estimates = np.array([estimator(sample) for sample in samples])
    return ErrorParts(float(estimates.mean() - truth), float(estimates.var()), float(((estimates - truth) ** 2).mean()))


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

"""Mutant: returns a tuple without names.
Misconception: the names are thought to be for readers only.
Killed by: test_types_and_shapes
Hint: types
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    return float(estimates.mean() - truth), float(estimates.var()), float(((estimates - truth) ** 2).mean())


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

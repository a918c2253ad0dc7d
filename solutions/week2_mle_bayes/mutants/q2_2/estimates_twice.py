"""Mutant: draws again for each of the parts.
Misconception: bias and mse are thought to be questions of their own, each with its own data.
Killed by: test_fresh_data, test_parts_add_up
Hint: calls
"""


def bias_variance(estimator, sampler, truth, n, repeats, rng):
    def draw_estimates():
        return np.array([estimator(sampler(rng, n)) for _ in range(repeats)])

    return ErrorParts(
        float(draw_estimates().mean() - truth),
        float(draw_estimates().var()),
        float(((draw_estimates() - truth) ** 2).mean()),
    )


def gaussian_mle(x):
    x = np.asarray(x, dtype=np.float64)
    return float(x.mean()), float(x.var())

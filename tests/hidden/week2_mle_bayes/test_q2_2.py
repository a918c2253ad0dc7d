"""Hidden suite of Q2.2: Gaussian maximum likelihood, bias and variance of an estimator."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint, probe

HINTS = {
    "types": "gaussian_mle returns two floats, mean and variance, also for integers. bias_variance returns "
    "ErrorParts(bias, variance, mse), three floats.",
    "purity": "Your code changed the sample that it was given: x -= ... works in place. Make a new array.",
    "gaussian": "The estimates are the mean and the mean squared deviation from it. Try four numbers by hand.",
    "ddof": "Your variance is too large by n / (n - 1): maximum likelihood divides by n.",
    "root": "Your second number is a standard deviation; the question asks for the variance.",
    "one-number": "The maximum likelihood variance of a single number is 0. Dividing by n - 1 cannot work here.",
    "cancellation": "Far from 0 your variance is wrong, perhaps negative: 'mean of the squares minus square of the "
    "mean' subtracts huge numbers that agree in nearly all digits. Subtract the mean first.",
    "parts": "The three parts do not fit the estimates that your code received: bias is their mean minus the truth, "
    "variance is their mean squared distance from their own mean, mse from the truth.",
    "sign": "Your bias has lost its sign or has the opposite one: an estimator that is too small on average has a "
    "negative bias.",
    "about-the-truth": "Your variance equals the mse. Variance is measured from the mean of the estimates, mse from "
    "the truth.",
    "identity": "mse should equal bias^2 + variance up to rounding. Divide variance and mse by the same number.",
    "calls": "The sampler should be called once for each repeat, with (rng, n), and the estimator once for each "
    "sample.",
    "fresh": "Each repeat needs fresh data: the samples that your estimator saw are not the ones that were drawn, one "
    "for each repeat.",
    "generator": "Hand the generator that you were given to the sampler, as it is: with the same generator state the "
    "result should be the same, with another state another one.",
    "repetition": "In many repeats of an experiment whose answer is known, your two functions together find another "
    "bias than theory does: a variance that is divided by n is too small by sigma^2 / n on average.",
}


class Experiment:
    """Sampler and estimator that note what they are asked; the estimate is a weighted sum, so order matters."""

    def __init__(self, draw):
        self.weights = draw.rng.uniform(0.5, 2.0, 64)
        self.place, self.size = draw.rng.uniform(-4.0, 4.0), draw.rng.uniform(0.5, 3.0)
        self.sizes, self.drawn, self.seen, self.estimates = [], [], [], []

    def sampler(self, rng, n):
        self.sizes.append(n)
        self.drawn.append(self.sample(rng, n))
        return self.drawn[-1].copy()

    def sample(self, rng, n):
        return rng.normal(self.place, self.size, n)

    def estimator(self, x):
        x = np.asarray(x)
        self.seen.append(x.copy())
        self.estimates.append(float(x.ravel() @ np.resize(self.weights, x.size)) / x.size)
        return self.estimates[-1]


def run(student, draw, truth_minus_mean=None):
    """One experiment of random size: what was asked, and the parts that came back."""
    experiment = Experiment(draw)
    n, repeats = draw.integer(3, 8), draw.integer(9, 16)
    truth = experiment.place + draw.rng.uniform(-3.0, 3.0)
    parts = student.bias_variance(
        experiment.estimator, experiment.sampler, truth, n, repeats, np.random.default_rng(draw.seed)
    )
    return experiment, n, repeats, truth, parts


def sorted_rows(samples):
    return sorted(tuple(float(v) for v in np.ravel(sample)) for sample in samples)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """Two floats, and ErrorParts of three floats; arguments are not modified"""
    x = draw.rng.integers(-9, 10, size=draw.integer(5, 12))
    for sample in (x, x + 0.5):
        kept = student.put(sample)
        result = student.gaussian_mle(kept)
        with hint("types"):
            mean, variance = result
            for value in (mean, variance):
                assert np.ndim(value) == 0 and np.asarray(value).dtype == np.float64
        assert np.array_equal(kept.get(), sample), hint("purity")
    *_, parts = run(student, draw)
    with hint("types"):
        for value in (parts.bias, parts.variance, parts.mse):
            assert np.ndim(value) == 0 and np.asarray(value).dtype == np.float64


@pytest.mark.weight(3)
def test_gaussian_mle(student, draw):
    """Mean and variance of a sample, the variance divided by n"""
    for _ in range(4):
        x = draw.vector(scale=draw.rng.uniform(0.3, 6.0)) + draw.rng.uniform(-5.0, 5.0)
        n = len(x)
        centre = x.sum() / n
        spread = np.sum((x - centre) ** 2) / n
        mean, variance = student.gaussian_mle(x)
        with hint("gaussian"):
            close(mean, centre)
        slip = "ddof" if np.allclose(variance, spread * n / (n - 1)) else "gaussian"
        with hint("root" if np.allclose(variance, np.sqrt(spread)) else slip):
            close(variance, spread)


@pytest.mark.weight(1)
def test_one_number(student, draw):
    """A single number has variance 0"""
    value = draw.rng.uniform(-9.0, 9.0)
    with hint("one-number"):
        close(student.gaussian_mle(np.array([value])), (value, 0.0))


@pytest.mark.weight(1)
def test_far_from_zero(student, draw):
    """The variance does not suffer from a mean of many millions"""
    x = 1e8 * draw.rng.choice([-1.0, 1.0]) + draw.vector(draw.integer(6, 12))
    exact = (x - x[0]).var()  # the differences are exact
    with hint("cancellation"):
        close(student.gaussian_mle(x)[1] / exact, 1.0, rtol=0.5)


@pytest.mark.weight(4)
def test_error_parts(student, draw):
    """Bias, variance and mse of the estimates"""
    for _ in range(3):
        experiment, _, _, truth, parts = run(student, draw)
        e = np.array(experiment.estimates)
        right = e.mean() - truth, e.var(), np.mean((e - truth) ** 2)
        with hint("parts"):
            bias, variance, mse = parts
        with hint("sign" if np.allclose(abs(bias), abs(right[0])) else "parts"):
            close(bias, right[0])
        with hint("about-the-truth" if np.allclose(variance, right[2]) else "parts"):
            # generous: n or n - 1 repeats below has a test of its own
            close(variance, right[1], rtol=0.2)
        with hint("parts"):
            close(mse, right[2])


@pytest.mark.weight(1)
def test_parts_add_up(student, draw):
    """The mse is the squared bias plus the variance"""
    for _ in range(3):
        *_, (bias, variance, mse) = run(student, draw)
        with hint("identity"):
            close(bias**2 + variance, mse, atol=1e-10)


@pytest.mark.weight(2)
def test_fresh_data(student, draw):
    """Sampler and estimator are called once a repeat, each time with fresh data"""
    for _ in range(2):
        experiment, n, repeats, *_ = run(student, draw)
        assert experiment.sizes == [n] * repeats, hint("calls")
        assert sorted_rows(experiment.seen) == sorted_rows(experiment.drawn), hint("fresh")


@pytest.mark.weight(1)
def test_generator(student, draw):
    """All randomness comes from the generator that was passed in"""
    seed = draw.integer(0, 2**32)
    for start in (seed, seed + 1):
        experiment = Experiment(draw)
        student.bias_variance(experiment.estimator, experiment.sampler, 0.0, 4, 6, np.random.default_rng(start))
        mine = np.random.default_rng(start)
        assert sorted_rows(experiment.drawn) == sorted_rows([experiment.sample(mine, 4) for _ in range(6)]), hint(
            "generator"
        )


@probe
def two_estimators(notebook, mean, sd, n, repeats, seed):
    """What the notebook's two functions find together, for two estimators of a variance."""
    import numpy as np

    def sampler(rng, n):
        return rng.normal(mean, sd, n)

    def biased(x):
        return notebook.gaussian_mle(x)[1]

    def unbiased(x):
        return notebook.gaussian_mle(x)[1] * n / (n - 1)

    found = []
    for estimator in (biased, unbiased):
        found.append(tuple(notebook.bias_variance(estimator, sampler, sd**2, n, repeats, np.random.default_rng(seed))))
    return found


@pytest.mark.weight(1)
@pytest.mark.limit(20)
def test_bias_of_the_variance(student, draw):
    """A variance divided by n is too small on average, and yet nearer to the truth

    Failure rate of a right answer: the sum of all squared deviations is sigma^2 times a chi-squared variable with
    R (n - 1) degrees of freedom, and 5 standard errors of its mean are left on both sides: 6e-7 to 7e-7 for
    R = 3000 and the sizes below, by scipy.stats.chi2. The unbiased one is the biased times a constant: it fails
    together with it. That the mse comes out in the wrong order takes more than 10 standard errors.
    """
    n, repeats, sd = draw.integer(4, 7), 3000, draw.rng.uniform(1.0, 3.0)
    spread = 5 * sd**2 * np.sqrt(2 * (n - 1) / repeats) / n
    with hint("repetition"):
        biased, unbiased = student.probe(
            two_estimators, draw.rng.uniform(-5.0, 5.0), sd, n, repeats, draw.integer(0, 2**32)
        )
        assert abs(biased[0] + sd**2 / n) < spread
        assert abs(unbiased[0]) < spread * n / (n - 1)
        assert unbiased[2] > biased[2]

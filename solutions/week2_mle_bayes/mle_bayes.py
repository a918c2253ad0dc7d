# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Week 2: maximum likelihood and Bayesian updates
#
# The lecture tossed a coin a hundred times, as Geoffrey Hinton does in his course: 53 heads. How probable are heads?
# "53 percent" is one answer, and this week starts with the principle behind it, **maximum likelihood**. It is a good
# answer after 100 tosses and a silly one after a single toss. The other answer is a whole curve, a **posterior**,
# that is redrawn after every toss and says how sure we may be. In between stand the words that the rest of the course
# uses every day: entropy, cross-entropy, Kullback-Leibler divergence, bias and variance of an estimator. At the end
# you build a first complete classifier out of these parts and let it taste wine.
#
# | question | points | comes back in |
# | --- | --- | --- |
# | Q2.1 Bernoulli likelihood and maximum likelihood | 12 | week 3: the logistic loss |
# | Q2.2 Gaussian maximum likelihood, bias and variance | 14 | week 4: cross-validation |
# | Q2.3 Entropy, cross-entropy, KL divergence | 16 | week 5: the loss of a classifier |
# | Q2.4 The posterior after every toss | 20 | |
# | Q2.5 Conjugate update, MAP, credible interval | 14 | week 3: the ridge penalty is a prior |
# | Q2.6 Evidence and model comparison | 8 | |
# | Q2.7 Gaussian Naive Bayes in log space, *vectorised* | 16 | week 4: comparing classifiers |
# | Reflection | 4 extra | |
#
# Each question has the same four parts: why we want it, a small example that runs, **your function**, and a cell of
# checks. The checks here are a beginning; after you submit, the grader asks more questions of the same kind with
# inputs of its own. Run the notebook from top to bottom whenever you like: what you have not solved yet raises
# `NotImplementedError` and stops nothing else.

# %% [markdown]
# ## Rules for every question
#
# 1. Arrays are data matrices, one sample a row: `X` has shape `(n, d)`. A vector has shape `(n,)`, never `(n, 1)`.
# 2. Return `float64` unless the signature says otherwise, also when the input holds integers. A scalar is a `float`
#    (NumPy's `float64` is one).
# 3. Do not modify your arguments. Do not print. Do not read or write files.
# 4. Do not set or use the global random state (`np.random.seed`, `np.random.rand`): randomness comes from the
#    generator `rng` that you are given.
# 5. Invalid input that the docstring names raises `ValueError` with a message.
# 6. *Vectorised* marks the question with a speed test: no Python loop over samples. The size is in the text.
#
# NumPy and SciPy are allowed everywhere. `log` is the natural logarithm, and information is measured in **nats**.
# A toss is 1 (head) or 0 (tail).

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
from collections.abc import Callable
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float64]
I = NDArray[np.int64]

hundred = np.array([1] * 53 + [0] * 47)  # the lecture's tosses, sorted; the order will not matter
fine = np.linspace(0, 1, 201)  # values of p, for densities

# %% [markdown]
# ## Q2.1 Bernoulli likelihood and maximum likelihood (12 points)
#
# A coin shows head with an unknown probability $p$. We saw $h$ heads and $t$ tails, in a certain order. Given $p$,
# the probability of exactly this sequence is a product, one factor a toss:
#
# $$P(D \mid p) = p^h (1 - p)^t .$$
#
# Read as a function of $p$ it is called the **likelihood**. It is the probability of one *ordered* sequence, so there
# is no binomial coefficient. Maximum likelihood says: believe in the $p$ under which the data are least surprising.
# The logarithm has its maximum at the same place and is far easier to work with:
#
# $$\ell(p) = h \log p + t \log(1 - p), \qquad \ell'(p) = \frac hp - \frac t{1-p} = 0
# \;\Rightarrow\; \hat p = \frac h{h + t}.$$
#
# At the ends of the interval think of the product: a factor that does not occur cannot hurt, hence
# $0 \cdot \log 0 = 0$; and a toss that has probability 0 but did happen makes $\ell = -\infty$. Both are answers, not
# accidents: return them without a `RuntimeWarning`.

# %%
# Worked example: the lecture's 53 heads of 100, seen from a fair coin.
print("likelihood of a fair coin:", 0.5**53 * 0.5**47)
print("log likelihood:           ", 53 * np.log(0.5) + 47 * np.log(0.5))

# Why the logarithm: a product of 2000 factors is too small for a float64 (least number above 0: 5e-324), ...
print("likelihood of 2000 tosses:", 0.5**1060 * 0.5**940)
# ... and its logarithm comes too late. The sum of the logarithms has no such trouble.
print("log likelihood:           ", 1060 * np.log(0.5) + 940 * np.log(0.5))


# %% nbgrader={"grade": false, "grade_id": "q2_1_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bernoulli_log_likelihood(p: F, heads: int, tails: int) -> F:
    """Log likelihood of each ``p``, given a sequence with so many heads and tails.

    Parameters
    ----------
    p : ndarray, shape (G,)
        Probabilities of a head, in [0, 1]; both ends may occur.
    heads, tails : int
        Counts, at least 0, and as large as you like.

    Returns
    -------
    ndarray, shape (G,), float64
        In nats, for one ordered sequence. 0 log 0 counts as 0; -inf where the sequence is impossible. No warning
        is given in either case.
    """
    ### BEGIN SOLUTION
    from scipy.special import xlog1py, xlogy

    p = np.asarray(p, dtype=np.float64)
    return xlogy(heads, p) + xlog1py(tails, -p)
    ### END SOLUTION


def bernoulli_mle(tosses: I) -> float:
    """Maximum likelihood estimate of the probability of a head.

    Parameters
    ----------
    tosses : ndarray of an integer type, shape (n,)
        1 is a head, 0 is a tail; n >= 1.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If there is no toss, or one that is neither 0 nor 1.
    """
    ### BEGIN SOLUTION
    tosses = np.asarray(tosses)
    if tosses.size == 0:
        raise ValueError("no tosses: every p is as good as any other")
    if not np.isin(tosses, (0, 1)).all():
        raise ValueError("a toss is 0 or 1")
    return float(tosses.mean())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_1", "locked": true, "points": 12, "schema_version": 3, "solution": false, "task": false}
coins = np.linspace(0, 1, 1001)
curve = bernoulli_log_likelihood(coins, 53, 47)
assert curve.shape == coins.shape, f"one value for each p: expected shape {coins.shape}, got {curve.shape}"
assert np.isclose(curve[500], 100 * np.log(0.5)), "each of 100 tosses of a fair coin has probability 1/2"
assert np.isneginf(curve[[0, -1]]).all(), "with p = 0 no head is possible, with p = 1 no tail: -inf"
assert np.isclose(coins[curve.argmax()], 0.53), "the likelihood is largest at 53 / 100"
assert np.array_equal(bernoulli_log_likelihood(np.array([0.0, 1.0]), 0, 3), [0, -np.inf]), "0 log 0 counts as 0"
assert np.isclose(bernoulli_mle(hundred), 0.53), "53 heads of 100"
assert isinstance(bernoulli_mle(hundred), float), "a scalar is a float"
for wrong in (np.array([], dtype=int), np.array([0, 1, 2])):
    try:
        bernoulli_mle(wrong)
    except ValueError:
        continue
    raise AssertionError(f"bernoulli_mle({wrong!r}) should raise ValueError")
print("Q2.1: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** The same 53 percent, out of 100 tosses and out of 10,000. The maximum stays, the hill gets narrow:
# a likelihood says not only which $p$ is best but also how much worse the others are.

# %%
fig, axes = plt.subplots(figsize=(5, 2.6))
try:
    for factor in (1, 10, 100):
        heights = bernoulli_log_likelihood(coins[1:-1], 53 * factor, 47 * factor)
        axes.plot(coins[1:-1], np.exp(heights - heights.max()), label=f"{53 * factor} of {100 * factor}")
    axes.legend()
except NotImplementedError:
    axes.set_title("solve Q2.1 to see the curves")
axes.set(xlabel="p", ylabel="likelihood / its maximum", xlim=(0.3, 0.8), xticks=[0.3, 0.53, 0.8], yticks=[0, 1])
plt.show()

# %% [markdown]
# ## Q2.2 Gaussian maximum likelihood, bias and variance of an estimator (14 points)
#
# Maximum likelihood for a Gaussian gives two formulas that look like common sense:
#
# $$\hat\mu = \frac1n \sum_i x_i, \qquad \hat\sigma^2 = \frac1n \sum_i (x_i - \hat\mu)^2 .$$
#
# Common sense has a flaw. The mean $\hat\mu$ was chosen to lie as near to the sample as possible, nearer than the
# true $\mu$, so $\hat\sigma^2$ is too small on average: $\mathbb E[\hat\sigma^2] = \frac{n-1}{n} \sigma^2$. It is a
# **biased** estimator. How do we judge an estimator at all? Imagine the experiment repeated many times, each time with
# a new sample, and look at the estimates $e_1, \dots, e_R$ beside the truth $\theta$:
#
# $$\text{bias} = \bar e - \theta, \qquad \text{variance} = \frac1R \sum_r (e_r - \bar e)^2, \qquad
# \text{mse} = \frac1R \sum_r (e_r - \theta)^2, \qquad \bar e = \frac1R \sum_r e_r .$$
#
# With these definitions $\text{mse} = \text{bias}^2 + \text{variance}$ holds exactly, and both parts cost: an estimator
# that is right on average may still be worse than a biased one that varies less. The bias keeps its sign.
#
# *Rounding.* The formula "mean of the squares minus square of the mean" is right on paper. Far from 0 it subtracts
# two huge numbers that agree in nearly all digits. Subtract the mean first, then square.

# %%
# Worked example: the experiment, five times, with an estimator of the *mean* of a Gaussian: the midrange.
example_rng = np.random.default_rng(1)
estimates = []
for _ in range(5):
    sample = example_rng.normal(3.0, 2.0, size=4)  # fresh data in each repeat
    estimates.append((sample.min() + sample.max()) / 2)
print("estimates:", np.round(estimates, 2))
print("bias     :", np.mean(estimates) - 3.0)
print("mse      :", np.mean((np.array(estimates) - 3.0) ** 2))

# And what rounding does to "mean of the squares minus square of the mean": the variance is 1.25.
far = 1e8 + np.array([0.0, 1.0, 2.0, 3.0])
print("E[x^2] - E[x]^2 far from 0:", (far**2).mean() - far.mean() ** 2)

# %% nbgrader={"grade": false, "grade_id": "q2_2_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
class ErrorParts(NamedTuple):
    """How wrong an estimator is, and in which way; mse = bias^2 + variance."""

    bias: float
    variance: float
    mse: float


# %% nbgrader={"grade": false, "grade_id": "q2_2_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gaussian_mle(x: F) -> tuple[float, float]:
    """Maximum likelihood estimates of a Gaussian's mean and variance.

    Parameters
    ----------
    x : ndarray, shape (n,)
        A sample, n >= 1. Integers are welcome.

    Returns
    -------
    mean : float
    variance : float
        The sum of squared deviations, divided by n. 0 for a single number.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=np.float64)
    mean = x.mean()
    return float(mean), float(((x - mean) ** 2).mean())
    ### END SOLUTION


def bias_variance(
    estimator: Callable[[F], float],
    sampler: Callable[[np.random.Generator, int], F],
    truth: float,
    n: int,
    repeats: int,
    rng: np.random.Generator,
) -> ErrorParts:
    """Repeat an experiment and take the error of an estimator apart.

    Parameters
    ----------
    estimator : callable
        ``estimator(x)`` estimates a number from a sample of shape (n,). Call it once for each sample.
    sampler : callable
        ``sampler(rng, n)`` draws a fresh sample of shape (n,). Call it once for each repeat, always with the
        generator that you were given.
    truth : float
        The number that the estimator should have found.
    n : int
        Size of each sample.
    repeats : int
        Number of samples, at least 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    ErrorParts
        ``bias`` (with its sign), ``variance`` (about the mean of the estimates, divided by ``repeats``) and ``mse``.
    """
    ### BEGIN SOLUTION
    estimates = np.array([estimator(sampler(rng, n)) for _ in range(repeats)])
    average = estimates.mean()
    return ErrorParts(
        bias=float(average - truth),
        variance=float(((estimates - average) ** 2).mean()),
        mse=float(((estimates - truth) ** 2).mean()),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_2", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
assert np.allclose(gaussian_mle(np.array([1, 2, 3, 6])), (3, 3.5)), "mean 3, squared deviations 4 + 1 + 0 + 9 over 4"
assert gaussian_mle(np.array([7.0])) == (7, 0), "one number is its own mean, and nothing deviates"
assert np.isclose(gaussian_mle(far)[1], 1.25), "subtract the mean before you square"
boxes = iter([np.array([0.0, 2.0]), np.array([5.0, 7.0]), np.array([3.0, 3.0])])
parts = bias_variance(np.mean, lambda rng, n: next(boxes), truth=4.0, n=2, repeats=3, rng=np.random.default_rng(0))
assert isinstance(parts, ErrorParts), "bias_variance returns ErrorParts(bias=..., variance=..., mse=...)"
assert np.isclose(parts.bias, -2 / 3), "the estimates are 1, 6 and 3, the truth is 4; the bias keeps its sign"
assert np.isclose(parts.variance, 38 / 9), "variance is about the mean of the estimates, 10/3"
assert np.isclose(parts.mse, 14 / 3), "mse is about the truth"
print("Q2.2: the checks in this notebook pass")

# %% [markdown]
# **Try it.** Which of two estimators of a variance is better: divide by $n$ (biased) or by $n - 1$ (unbiased)? For five
# numbers from $\mathcal N(3, 2^2)$ theory says bias -0.8 and mse 5.76 for the first, bias 0 and mse 8 for the second.
# Being right on average has its price.

# %%
try:
    for name, ddof in (("divide by n    ", 0), ("divide by n - 1", 1)):
        found = bias_variance(
            lambda x, ddof=ddof: np.var(x, ddof=ddof),
            lambda rng, n: rng.normal(3.0, 2.0, n),
            truth=4.0, n=5, repeats=2000, rng=np.random.default_rng(2),
        )
        print(name, " bias {:6.2f}   variance {:5.2f}   mse {:5.2f}".format(*found))
except NotImplementedError:
    print("solve Q2.2 to see the comparison")

# %% [markdown]
# ## Q2.3 Entropy, cross-entropy, KL divergence (16 points)
#
# An event of probability $q$ carries $-\log q$ of surprise. If the world follows the distribution $P$ while we believe
# in $Q$, our average surprise is the **cross-entropy**; what even the true distribution leaves us is the **entropy**;
# and what we pay for the wrong belief is the difference, the **Kullback-Leibler divergence**:
#
# $$H(P) = -\sum_k p_k \log p_k, \qquad H(P, Q) = -\sum_k p_k \log q_k, \qquad
# \mathrm{KL}(P \,\|\, Q) = -H(P) + H(P, Q) = \sum_k p_k \log \frac{p_k}{q_k}.$$
#
# Divide the log likelihood of Q2.1 by the number of tosses, change its sign, and you see the cross-entropy between the
# observed frequencies and the model: maximum likelihood minimises a KL divergence. The loss of every classifier of
# this course is that same number.
#
# The rules at the edge follow from "average surprise":
#
# * What never happens ($p_k = 0$) surprises nobody: the term is 0, whatever $q_k$ is, also 0.
# * What happens ($p_k > 0$) although we held it to be impossible ($q_k = 0$) surprises infinitely: the result is `inf`.
#   A small number inside the logarithm turns this honest answer into an arbitrary one.
#
# KL is not a distance: $\mathrm{KL}(P\|Q)$ and $\mathrm{KL}(Q\|P)$ differ. The average is always taken with the first.

# %%
# Worked example: the lecture's coin P = (0.53, 0.47) beside the fair coin Q, one side at a time.
surprise_fair = -np.log(0.5)
print("surprise of each side, fair coin:", surprise_fair, "nats =", surprise_fair / np.log(2), "bit")
print("H(P)    =", 0.53 * -np.log(0.53) + 0.47 * -np.log(0.47))
print("H(P, Q) =", 0.53 * surprise_fair + 0.47 * surprise_fair)

# Floating point does not know that "what never happens surprises nobody":
with np.errstate(divide="ignore", invalid="ignore"):
    print("0 * log 0 =", 0.0 * np.log(np.array(0.0)))


# %% nbgrader={"grade": false, "grade_id": "q2_3_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entropy(p: F) -> float:
    """Entropy of a distribution.

    Parameters
    ----------
    p : ndarray, shape (K,)
        Probabilities of K classes; some may be 0.

    Returns
    -------
    float
        In nats, from 0 to log K.

    Raises
    ------
    ValueError
        If an entry is negative, or the sum differs from 1 by more than 1e-8.
    """
    ### BEGIN SOLUTION
    return cross_entropy(p, p)
    ### END SOLUTION


def cross_entropy(p: F, q: F) -> float:
    """Average surprise of who believes in ``q`` while the world follows ``p``.

    Parameters
    ----------
    p, q : ndarray, shape (K,)
        Two distributions over the same K classes; entries may be 0.

    Returns
    -------
    float
        H(P, Q) in nats; inf if a class with p > 0 has q = 0.

    Raises
    ------
    ValueError
        If an entry of ``p`` or ``q`` is negative, a sum differs from 1 by more than 1e-8, or the lengths differ.
    """
    ### BEGIN SOLUTION
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    if p.shape != q.shape:
        raise ValueError(f"two distributions over the same classes, got shapes {p.shape} and {q.shape}")
    for distribution in (p, q):
        if (distribution < 0).any():
            raise ValueError("a probability is negative")
        if abs(distribution.sum() - 1) > 1e-8:
            raise ValueError(f"probabilities sum to {distribution.sum()}, not to 1")
    happens = p > 0
    with np.errstate(divide="ignore"):
        return float(-(p[happens] * np.log(q[happens])).sum())
    ### END SOLUTION


def kl_divergence(p: F, q: F) -> float:
    """Kullback-Leibler divergence KL(P || Q): what it costs to believe in ``q`` while the world follows ``p``.

    Parameters
    ----------
    p, q : ndarray, shape (K,)
        Two distributions over the same K classes; entries may be 0.

    Returns
    -------
    float
        In nats, never negative up to rounding; inf if a class with p > 0 has q = 0.

    Raises
    ------
    ValueError
        As for ``cross_entropy``.
    """
    ### BEGIN SOLUTION
    return cross_entropy(p, q) - entropy(p)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_3", "locked": true, "points": 16, "schema_version": 3, "solution": false, "task": false}
bent, fair = np.array([0.53, 0.47]), np.array([0.5, 0.5])
assert np.isclose(entropy(bent), 0.691346, atol=1e-6), "H(P) of the worked example, in nats"
assert np.isclose(cross_entropy(bent, fair), 0.693147, atol=1e-6), "H(P, Q) of the worked example"
assert np.isclose(kl_divergence(bent, fair), 0.00180108, atol=1e-8), "KL(P || Q)"
assert np.isclose(kl_divergence(fair, bent), 0.00180325, atol=1e-8), "KL(Q || P) is another number"
assert entropy(np.array([0.0, 1.0, 0.0])) == 0, "what is certain surprises nobody"
assert cross_entropy(np.array([1.0, 0.0]), np.array([0.25, 0.75])) == -np.log(0.25), "p = 0: the term is 0"
assert kl_divergence(fair, np.array([1.0, 0.0])) == np.inf, "p > 0 and q = 0: infinite surprise"
for wrong in (np.array([0.5, 0.6]), np.array([1.5, -0.5]), np.array([0.2, 0.3, 0.5])):
    try:
        kl_divergence(fair, wrong)
    except ValueError:
        continue
    raise AssertionError(f"kl_divergence(fair, {wrong!r}) should raise ValueError")
print("Q2.3: the checks in this notebook pass")

# %% [markdown]
# ## Q2.4 The posterior after every toss (20 points)
#
# Maximum likelihood after one toss, a head: $\hat p = 1$. This coin will never show a tail! Common sense knows better,
# because it knew something before the toss. Bayes lets us say what: a **prior** density over all $p$. The lecture's
# recipe, on a grid of values of $p$:
#
# 1. start with the prior density;
# 2. for each toss, multiply the density at each $p$ by the probability of what was seen: by $p$ for a head, by
#    $1 - p$ for a tail;
# 3. **rescale**, so that the curve is a density again: the *area* under it is 1. Then the next toss.
#
# Three things to get right:
#
# * A density is not a list of probabilities. Its *area* is 1, not the sum of its values, and its values may exceed 1.
#   Area means the trapezoid rule on the given grid (`np.trapezoid(values, grid)`), and the grid need not be uniform.
# * Rescale after *every* toss. The product of 5,000 factors is 0 in floating point, as in Q2.1; rescaled densities
#   stay in range.
# * If the area is 0, there is nothing to rescale: the prior is zero everywhere, or a toss happened that the prior
#   excludes. That is an error (`ValueError`), not a curve of NaN.

# %%
# Worked example: five values of p, a flat prior, one head, by hand.
few = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
flat = np.ones(5)
print("area of the flat prior:", np.trapezoid(flat, few), " (the values sum to", flat.sum(), ")")
product = flat * few  # a head: times p
print("times p:               ", product, "with area", np.trapezoid(product, few))
print("rescaled:              ", product / np.trapezoid(product, few), "which is 2p")


# %% nbgrader={"grade": false, "grade_id": "q2_4_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def posterior_grid(grid: F, prior: F, tosses: I) -> F:
    """Density of the probability of a head before the first toss and after every toss.

    Parameters
    ----------
    grid : ndarray, shape (G,)
        Increasing values of p in [0, 1], G >= 2; not always at equal distances.
    prior : ndarray, shape (G,)
        Prior density at the values of ``grid``, not negative, on any scale: its area need not be 1. Integers are
        welcome.
    tosses : ndarray of an integer type, shape (T,)
        1 is a head, 0 is a tail; T may be 0.

    Returns
    -------
    ndarray, shape (T + 1, G), float64
        Row 0 is the prior, rescaled; row t is the density after the first t tosses. Each row has area 1 by the
        trapezoid rule on ``grid``.

    Raises
    ------
    ValueError
        If the prior has area 0, or a toss leaves no area because the prior excludes it.
    """
    ### BEGIN SOLUTION
    grid, density = np.asarray(grid, dtype=np.float64), np.asarray(prior, dtype=np.float64)
    rows = []
    for factor in [1.0, *(grid if toss else 1.0 - grid for toss in tosses)]:
        density = density * factor
        area = np.trapezoid(density, grid)
        if not area > 0:
            raise ValueError("no area is left: the prior excludes what was seen")
        density = density / area
        rows.append(density)
    return np.array(rows)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_4", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
rows = posterior_grid(fine, np.full(201, 7.0), np.array([1, 0]))
assert rows.shape == (3, 201), f"two tosses, three densities: expected shape (3, 201), got {rows.shape}"
assert np.allclose(np.trapezoid(rows, fine, axis=1), 1), "every row has area 1"
assert np.allclose(rows[0], 1), "row 0 is the prior, rescaled: the flat density on [0, 1] is 1"
assert np.allclose(rows[1], 2 * fine), "after one head the flat prior becomes 2p, as in the worked example"
assert np.isclose(rows[2, 100], 1.5, atol=2e-3), "after a head and a tail the density at 1/2 is 6 p (1 - p) = 1.5"
assert posterior_grid(fine, np.ones(201, dtype=int), hundred[:0]).shape == (1, 201), "no tosses: only the prior"
try:
    posterior_grid(fine, np.zeros(201), np.array([1]))
except ValueError:
    pass
else:
    raise AssertionError("a prior without any area should raise ValueError")
print("Q2.4: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** The lecture's hundred tosses in a random order, under two priors: one that holds every $p$ to be
# equally plausible, and one that trusts coins. Watch how far apart they start, and where both end.

# %%
shuffled = np.random.default_rng(5).permutation(hundred)
fig, panels = plt.subplots(1, 2, figsize=(8, 2.6), sharey=True)
try:
    for axes, belief in zip(panels, (np.ones(201), (fine * (1 - fine)) ** 19)):
        densities = posterior_grid(fine, belief, shuffled)
        for count, shade in ((0, 0.75), (1, 0.6), (3, 0.5), (10, 0.35), (30, 0.2), (100, 0.0)):
            axes.plot(fine, densities[count], color=str(shade), label=f"{count} tosses")
    panels[0].legend(fontsize=7)
except NotImplementedError:
    panels[0].text(0.1, 4, "solve Q2.4 to see the densities")
for axes, title in zip(panels, ("flat prior", "prior Beta(20, 20)")):
    axes.set(title=title, xlabel="p", xticks=[0, 0.5, 1], yticks=[0, 4, 8])
plt.show()

# %% [markdown]
# ## Q2.5 Conjugate update, MAP and credible interval (14 points)
#
# On a grid every prior is welcome. Some priors need no grid. If the prior is a Beta density,
# $p^{a-1} (1-p)^{b-1}$ up to a constant, then multiplying it by $p^h (1 - p)^t$ gives a Beta density again:
#
# $$\mathrm{Beta}(a, b) \;\xrightarrow{\ h \text{ heads, } t \text{ tails}\ }\; \mathrm{Beta}(a + h,\ b + t).$$
#
# The prior acts like tosses that were seen before; the flat prior is $\mathrm{Beta}(1, 1)$. How to report a posterior?
#
# * By its **mode**, the maximum a posteriori estimate
#   $\hat p_{\mathrm{MAP}} = \dfrac{a - 1}{a + b - 2}$, for $a, b \ge 1$ and not both 1. Under the flat prior it is the
#   maximum likelihood estimate. (The posterior *mean* is another number: $a / (a + b)$.)
# * By a **credible interval**: here the *equal-tailed* one, which leaves the probability $(1 - \text{mass})/2$ below it
#   and as much above it. Ninety-five percent means what it says: given the data and the prior, $p$ lies in there with
#   probability 0.95.
#
# The interval is read off a density on a grid, so that it works for any posterior. With the trapezoid rule the
# distribution function at the grid points is
# $C_0 = 0$, $C_k = C_{k-1} + \tfrac12 (f_{k-1} + f_k)(g_k - g_{k-1})$. Between two grid points interpolate it linearly
# to find where it crosses the two levels.

# %%
# Worked example: the lecture's coin under the flat prior.
print("posterior: Beta(", 1 + 53, ",", 1 + 47, ")   mode", 53 / 100, "  mean", 54 / 102)

# Reading backwards: where does a curve through these points reach the level 0.4?
print("level 0.4 is reached at", np.interp(0.4, [0.0, 0.1, 0.7, 1.0], [0.0, 1.0, 2.0, 3.0]))

# %% nbgrader={"grade": false, "grade_id": "q2_5_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
class BetaPosterior(NamedTuple):
    """A Beta density over p, as prior or as posterior; a and b are positive and need not be whole numbers."""

    a: float
    b: float


# %% nbgrader={"grade": false, "grade_id": "q2_5_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def beta_update(prior: BetaPosterior, tosses: I) -> BetaPosterior:
    """Posterior after some tosses, in closed form.

    Parameters
    ----------
    prior : BetaPosterior
        What was known before.
    tosses : ndarray of an integer type, shape (T,)
        1 is a head, 0 is a tail; T may be 0.

    Returns
    -------
    BetaPosterior
        What is known now; the next batch of tosses may take it as its prior.
    """
    ### BEGIN SOLUTION
    heads = int(np.sum(tosses))
    return BetaPosterior(a=float(prior.a + heads), b=float(prior.b + len(tosses) - heads))
    ### END SOLUTION


def beta_map(post: BetaPosterior) -> float:
    """Mode of a Beta density: the maximum a posteriori estimate.

    Parameters
    ----------
    post : BetaPosterior

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If a < 1 or b < 1 (the density grows without bound at an end), or a = b = 1 (every p is a mode).
    """
    ### BEGIN SOLUTION
    if post.a < 1 or post.b < 1 or post.a == post.b == 1:
        raise ValueError(f"Beta({post.a}, {post.b}) has no single mode inside [0, 1]")
    return float((post.a - 1) / (post.a + post.b - 2))
    ### END SOLUTION


def credible_interval(grid: F, density: F, mass: float = 0.95) -> tuple[float, float]:
    """Equal-tailed credible interval of a density on a grid.

    Parameters
    ----------
    grid : ndarray, shape (G,)
        Increasing values of p; not always at equal distances.
    density : ndarray, shape (G,)
        Not negative, with area 1 by the trapezoid rule on ``grid``.
    mass : float
        Probability inside the interval, between 0 and 1.

    Returns
    -------
    lower, upper : float
        Where the distribution function, by the trapezoid rule and linear between grid points, reaches
        (1 - mass) / 2 and (1 + mass) / 2.
    """
    ### BEGIN SOLUTION
    slices = (density[1:] + density[:-1]) / 2 * np.diff(grid)
    cdf = np.concatenate([[0.0], np.cumsum(slices)])
    lower, upper = np.interp([(1 - mass) / 2, (1 + mass) / 2], cdf, grid)
    return float(lower), float(upper)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_5", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
posterior = beta_update(BetaPosterior(1.0, 1.0), hundred)
assert isinstance(posterior, BetaPosterior), "beta_update returns BetaPosterior(a=..., b=...)"
assert posterior == (54, 48), "53 heads and 47 tails on top of Beta(1, 1)"
assert np.isclose(beta_map(posterior), 0.53), "under the flat prior the mode is the maximum likelihood estimate"
assert np.isclose(beta_map(beta_update(BetaPosterior(10.0, 10.0), hundred)), 62 / 118), "trust pulls it towards 1/2"
try:
    beta_map(BetaPosterior(1.0, 1.0))
except ValueError:
    pass
else:
    raise AssertionError("the flat density has no mode: raise ValueError")
beta_curve = fine**53 * (1 - fine) ** 47
low, high = credible_interval(fine, beta_curve / np.trapezoid(beta_curve, fine))
assert np.isclose(low, 0.432676, atol=1e-3), "2.5 % of the posterior Beta(54, 48) lie below 0.4327"
assert np.isclose(high, 0.625054, atol=1e-3), "... and 2.5 % above 0.6251"
assert np.allclose(credible_interval(np.array([0.0, 0.5, 1.0]), np.ones(3), 0.5), (0.25, 0.75)), "half of a flat density"
print("Q2.5: the checks in this notebook pass")

# %% [markdown]
# ## Q2.6 Evidence and model comparison (8 points)
#
# Is 53 of 100 a reason to doubt that the coin is fair? Maximum likelihood cannot say: $p = 0.53$ always explains the
# data at least as well as $p = 0.5$, because it was chosen afterwards. The fair comparison asks each *model* how well
# it had predicted the data beforehand. The model "fair" has nothing to adjust. The model "some $p$, distributed as
# $\mathrm{Beta}(a, b)$" has to spread its bets over all $p$; its prediction is the average likelihood, the **evidence**:
#
# $$P(D \mid a, b) = \int_0^1 p^h (1-p)^t \, \mathrm{Beta}(p; a, b) \, dp = \frac{B(a + h,\ b + t)}{B(a, b)},$$
#
# with the Beta function $B$. Again $D$ is one ordered sequence. The **Bayes factor** is the ratio of the two evidences;
# its logarithm
#
# $$\log \mathrm{BF} = \log P(D \mid \text{fair}) - \log P(D \mid a, b)$$
#
# is positive when the data favour the *fair* coin.
#
# There is a second way to the same number. Predict one toss at a time: after $h$ heads in $n$ tosses the next one is a
# head with probability $(a + h)/(a + b + n)$. The logarithms of these predictions for what did happen add up to the log
# evidence. It is a good test of your function.
#
# The Beta function itself underflows from about a thousand tosses on; its logarithm does not. Your functions should work
# for a million tosses (and be done within a few seconds). You may use `bernoulli_log_likelihood`; the grader then puts a
# right one in its place, so that a mistake in Q2.1 costs nothing here.

# %%
# Worked example: head, tail, head under the flat prior, predicted one toss at a time.
prediction = [1 / 2, 1 / 3, 2 / 4]  # (1 + 0)/(2 + 0) for a head; (1 + 0)/(2 + 1) for a tail; (1 + 1)/(2 + 2) for a head
print("evidence:", np.prod(prediction), "  log evidence:", np.log(prediction).sum())

# The same by the integral of p^2 (1 - p), on the grid of Q2.4:
print("by area: ", np.trapezoid(fine**2 * (1 - fine), fine))

# A fair coin had predicted these three tosses with
print("fair:    ", 0.5**3)


# %% nbgrader={"grade": false, "grade_id": "q2_6_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def log_evidence(heads: int, tails: int, a: float, b: float) -> float:
    """Logarithm of the probability of one ordered sequence when p has a Beta(a, b) prior.

    Parameters
    ----------
    heads, tails : int
        Counts, at least 0; a million is possible.
    a, b : float
        Parameters of the prior, positive.

    Returns
    -------
    float
        In nats; 0 when there are no tosses.
    """
    ### BEGIN SOLUTION
    from scipy.special import betaln

    return float(betaln(a + heads, b + tails) - betaln(a, b))
    ### END SOLUTION


def log_bayes_factor_fair(heads: int, tails: int, a: float = 1.0, b: float = 1.0) -> float:
    """Logarithm of the Bayes factor of a fair coin against a coin whose p has a Beta(a, b) prior.

    Parameters
    ----------
    heads, tails : int
        Counts, at least 0; a million is possible.
    a, b : float
        Parameters of the prior, positive; the flat one by default.

    Returns
    -------
    float
        In nats; positive where the data favour the fair coin.
    """
    ### BEGIN SOLUTION
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_6", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
assert np.isclose(log_evidence(2, 1, 1.0, 1.0), np.log(1 / 12)), "the worked example: 1/2 * 1/3 * 2/4"
assert np.isclose(log_evidence(53, 47, 1.0, 1.0), -71.220645), "the lecture's hundred tosses under the flat prior"
assert np.isclose(log_evidence(0, 0, 3.0, 2.0), 0), "no tosses are predicted with certainty: log 1"
assert np.isclose(log_bayes_factor_fair(53, 47), 1.905927), "53 of 100 favour the fair coin, by a factor of 6.7"
assert log_bayes_factor_fair(90, 10) < 0, "90 of 100 do not"
assert np.isfinite(log_evidence(530_000, 470_000, 1.0, 1.0)), "a million tosses are no problem"
print("Q2.6: the checks in this notebook pass")

# %% [markdown]
# **Try it.** Always 53 percent heads, out of more and more tosses. When do the data begin to speak against the fair coin?

# %%
try:
    for tosses in (100, 1000, 10_000):
        factor = log_bayes_factor_fair(53 * tosses // 100, 47 * tosses // 100)
        print(f"{tosses:6d} tosses: log Bayes factor {factor:7.2f}, in favour of", "fair" if factor > 0 else "bent")
except NotImplementedError:
    print("solve Q2.6 to see the table")

# %% [markdown]
# ## Q2.7 Gaussian Naive Bayes in log space, vectorised (16 points)
#
# Now put everything together. A classifier by Bayes' rule needs a prior over the classes and, for each class, the
# likelihood of a sample $x$. *Naive* Bayes takes the features for independent within a class, and *Gaussian* Naive Bayes
# takes each for a Gaussian. Both are fitted by maximum likelihood: for each class $c$ with $n_c$ of the $n$ samples,
#
# $$\log \pi_c = \log \frac{n_c}{n}, \qquad \mu_{cj}, \sigma^2_{cj}: \text{ mean and variance (divided by } n_c)
# \text{ of feature } j \text{ within class } c .$$
#
# A feature that is constant within a class has variance 0, and nothing can be divided by 0. Hence a lower bound:
# $\sigma^2_{cj} := \max(\hat\sigma^2_{cj}, \text{floor})$. It is a bound; nothing is added to the other variances. For a
# new $x$
#
# $$s_c(x) = \log \pi_c + \sum_j \Bigl( -\tfrac12 \log(2 \pi \sigma^2_{cj}) - \frac{(x_j - \mu_{cj})^2}{2 \sigma^2_{cj}}
# \Bigr), \qquad \log P(c \mid x) = s_c(x) - \log \sum_{c'} e^{s_{c'}(x)} .$$
#
# * Stay with logarithms all the way. The *product* of 500 densities is 0 or infinite in floating point.
# * The last sum is a log-sum-exp as in Q1.6 of last week (`scipy.special.logsumexp` and `np.logaddexp.reduce` are
#   allowed).
# * Labels are names: any integers. `classes` holds them in ascending order, and predictions are labels, not positions.
#
# **Speed.** `gnb_log_posterior` for 300,000 samples with `d = 2` and 2 classes must be done in half a second of processor
# time. Loops over classes or features are fine; a Python loop over samples takes seconds.

# %%
# Worked example: one feature, two classes, one new sample at 1, in log space.
for name, prior_c, mean_c, var_c in (("class 3", 0.75, 0.0, 1.0), ("class 7", 0.25, 2.0, 4.0)):
    score = np.log(prior_c) - 0.5 * np.log(2 * np.pi * var_c) - (1.0 - mean_c) ** 2 / (2 * var_c)
    print(name, "has score", score)

# The data (scikit-learn's load_wine): 178 wines from three cultivars of grape, 13 measurements of each.
table = np.loadtxt("data/wine.csv", delimiter=",", skiprows=1)
wine_X, wine_y = table[:, :13], table[:, 13].astype(np.int64)
print("wines of each cultivar:", np.bincount(wine_y))

# %% nbgrader={"grade": false, "grade_id": "q2_7_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
class GaussianNB(NamedTuple):
    """A fitted Gaussian Naive Bayes classifier."""

    classes: I  # (K,), labels in ascending order
    log_prior: F  # (K,), log of the share of each class
    mean: F  # (K, d)
    var: F  # (K, d), variances, at least the floor


# %% nbgrader={"grade": false, "grade_id": "q2_7_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gnb_fit(X: F, y: I, var_floor: float = 1e-9) -> GaussianNB:
    """Fit Gaussian Naive Bayes by maximum likelihood.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray of int64, shape (n,)
        Labels: any integers. The K classes are those that occur.
    var_floor : float
        Lower bound of each variance.

    Returns
    -------
    GaussianNB
        ``classes`` is int64, the other three float64.
    """
    ### BEGIN SOLUTION
    classes, counts = np.unique(y, return_counts=True)
    members = [X[y == label] for label in classes]
    return GaussianNB(
        classes=classes,
        log_prior=np.log(counts / len(y)),
        mean=np.array([rows.mean(axis=0) for rows in members]),
        var=np.maximum([rows.var(axis=0) for rows in members], var_floor),
    )
    ### END SOLUTION


def gnb_log_posterior(model: GaussianNB, X: F) -> F:
    """Log probability of each class for each sample.

    Parameters
    ----------
    model : GaussianNB
        What ``gnb_fit`` returned for some data.
    X : ndarray, shape (m, d)

    Returns
    -------
    ndarray, shape (m, K), float64
        log P(class | sample) in the order of ``model.classes``: each row, exponentiated, sums to 1.
    """
    ### BEGIN SOLUTION
    scores = np.empty((len(X), len(model.classes)))
    for k, (log_prior, mean, var) in enumerate(zip(model.log_prior, model.mean, model.var)):
        scores[:, k] = log_prior - 0.5 * np.log(2 * np.pi * var).sum() - (X - mean) ** 2 @ (0.5 / var)
    return scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    ### END SOLUTION


def gnb_predict(model: GaussianNB, X: F) -> I:
    """Most probable class of each sample.

    Parameters
    ----------
    model : GaussianNB
    X : ndarray, shape (m, d)

    Returns
    -------
    ndarray, shape (m,), int64
        Labels out of ``model.classes``.
    """
    ### BEGIN SOLUTION
    return model.classes[gnb_log_posterior(model, X).argmax(axis=1)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_7", "locked": true, "points": 16, "schema_version": 3, "solution": false, "task": false}
line = np.array([[-1.0], [1.0], [0.0], [4.0], [0.0], [0.0]])
side = np.array([3, 3, 3, 7, 7, 3])
fitted = gnb_fit(line, side)
assert isinstance(fitted, GaussianNB), "gnb_fit returns a GaussianNB"
assert fitted.classes.tolist() == [3, 7], "the classes are the labels that occur, in ascending order"
assert np.allclose(np.exp(fitted.log_prior), [4 / 6, 2 / 6]), "4 of 6 samples have label 3"
assert fitted.mean.shape == (2, 1), f"one row a class, one column a feature: expected (2, 1), got {fitted.mean.shape}"
assert np.allclose(fitted.mean, [[0], [2]]) and np.allclose(fitted.var, [[0.5], [4]]), "within each class, divided by n_c"
by_hand = GaussianNB(np.array([3, 7]), np.log([0.75, 0.25]), np.array([[0.0], [2.0]]), np.array([[1.0], [4.0]]))
chances = gnb_log_posterior(by_hand, np.array([[1.0], [5.0]]))
assert chances.shape == (2, 2), f"one row a sample, one column a class: expected (2, 2), got {chances.shape}"
assert np.allclose(np.exp(chances).sum(axis=1), 1), "the probabilities of a sample sum to 1"
assert np.isclose(chances[0, 0] - chances[0, 1], np.log(6) - 3 / 8), "the difference of the two scores of the example"
assert gnb_predict(by_hand, np.array([[1.0], [5.0]])).tolist() == [3, 7], "predictions are labels, not positions"
assert gnb_fit(np.ones((3, 2)), np.array([0, 0, 1])).var.min() == 1e-9, "a constant feature gets the floor as variance"
assert np.mean(gnb_predict(gnb_fit(wine_X, wine_y), wine_X) == wine_y) > 0.95, "most wines are recognised"
print("Q2.7: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** Two of the thirteen measurements, and the land that each cultivar gets. Where do the borders bend? Each
# class has variances of its own, so the border between two classes is a conic section; with equal variances it would be
# a straight line (week 4).

# %%
flavanoids_and_colour = wine_X[:, [6, 9]]
across, up = np.meshgrid(np.linspace(0, 5.5, 110), np.linspace(0, 14, 70))
fig, axes = plt.subplots(figsize=(5, 3))
try:
    small_model = gnb_fit(flavanoids_and_colour, wine_y)
    land = gnb_predict(small_model, np.column_stack([across.ravel(), up.ravel()])).reshape(across.shape)
    axes.imshow(land, extent=(0, 5.5, 0, 14), origin="lower", aspect="auto", cmap="Pastel1", vmin=0, vmax=8)
except NotImplementedError:
    axes.set_title("solve Q2.7 to see the borders")
axes.scatter(*flavanoids_and_colour.T, c=np.array(["firebrick", "navy", "darkgreen"])[wine_y], s=8)
axes.set(xlabel="flavanoids", ylabel="colour intensity", xticks=[0, 2, 4], yticks=[0, 5, 10])
plt.show()

# %% [markdown]
# ## Reflection: three friends and a coin (4 extra points; a teaching assistant reads and marks it)
#
# A coin showed 53 heads in 100 tosses. Three friends report, each with a function of this notebook:
#
# * Ada: "Maximum likelihood says $p = 0.53$, so the coin is bent."
# * Bayo: "The probability that $p > 1/2$ is 0.72, so the coin is probably bent."
# * Chen: "The Bayes factor is 6.7 in favour of the fair coin, so it is probably fair."
#
# Write five to eight sentences. You may compute; say what you computed.
#
# | points | what is marked |
# | --- | --- |
# | 1 | which question each of the three numbers answers, and that the three do not contradict each other |
# | 1 | whose "so" does not follow from the number, and why |
# | 1 | what was assumed beforehand by Bayo and by Chen, and how one number changes when you change that assumption (give the number) |
# | 1 | what you would do or compute next to decide, and what result would change your mind |

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# **For those who mark** (students see an empty answer cell here). One point for each row of the table; half a point for
# a row that is right but not argued. An answer that reaches them needs no formula.
#
# 1. *Questions.* Ada's number: which single $p$ makes the data least surprising. Bayo's: how much of the posterior lies
#    above 1/2, given that $p$ is *some* number with a flat prior, where exactly 1/2 has probability 0. Chen's: which of
#    two models, "exactly 1/2" and "any $p$ alike", predicted the data better. Different questions, one and the same data.
# 2. *Whose "so".* Ada's does not follow: the estimate is almost never exactly 1/2 also for a fair coin (8 % of the time at
#    100 tosses), and carries no uncertainty; the standard error is 0.05. Bayo's does not follow either, in the sense of
#    "not fair": his model excluded "fair" from the start; 0.72 says "rather up than down". Chen's follows only if both
#    models were equally plausible before.
# 3. *Assumptions.* Bayo: the flat prior. With Beta(10, 10) the probability is 0.71. Chen: equal odds of the models,
#    and the flat prior as the alternative. With Beta(50, 50) the factor shrinks from 6.7 to 1.3 (log 0.26): an
#    alternative that bets on nearly fair coins predicts almost as well. Any number that was computed rightly counts.
# 4. *Next.* More tosses: at 53 % heads the log Bayes factor goes from +1.9 at 100 over +1.4 at 1000 to -13.6 at 10,000. Or
#    a prior from knowledge of coins. The answer must say what would change the writer's mind.

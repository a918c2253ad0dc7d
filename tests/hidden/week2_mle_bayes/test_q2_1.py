"""Hidden suite of Q2.1: Bernoulli likelihood and maximum likelihood."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "types": "bernoulli_log_likelihood returns a float64 array with one value for each p, also when p holds the "
    "integers 0 and 1. bernoulli_mle returns a float: a number, not an array.",
    "purity": "Your code changed the array that it was given: clip(..., out=p) and p += ... work in place.",
    "value": "The log likelihood of some p is not h log p + t log(1 - p), with the natural logarithm. Compare with a "
    "sum over three or four tosses, one logarithm a toss.",
    "log": "You return the likelihood; the question asks for its logarithm.",
    "heads-and-tails": "Your log likelihood belongs to a coin with heads and tails exchanged: p goes with the heads.",
    "one-sequence": "Your values are too large by the same number for every p: the logarithm of a binomial "
    "coefficient. The likelihood is that of one ordered sequence.",
    "argmax": "The log likelihood should be largest at h / (h + t), with slope 0 there.",
    "underflow": "With many tosses your values are infinite, NaN or imprecise. Do not form p ** h: a product of so "
    "many factors is 0 in floating point, and its logarithm comes too late.",
    "impossible": "A p that makes one of the tosses impossible has log likelihood -inf exactly: not NaN, and not a "
    "large finite number. A small number inside the logarithm, or clipping p, hides it.",
    "zero-log-zero": "0 log 0 counts as 0: with p = 0 and no heads, or p = 1 and no tails, nothing impossible has "
    "happened. Where do you multiply 0 by infinity?",
    "warning": "The value may be right, but on the way a RuntimeWarning is raised for p = 0 or p = 1. np.where "
    "computes both of its branches; scipy.special.xlogy and xlog1py know the convention.",
    "mle": "The maximum likelihood estimate is the fraction of heads, exactly: nothing added to the counts, and not "
    "read off a grid.",
    "not-a-toss": "No tosses, or a toss that is neither 0 nor 1, should raise ValueError.",
}


def counts(draw):
    """Heads and tails, never the same number: an exchange shows."""
    heads = draw.integer(3, 25)
    return heads, heads + int(draw.rng.choice([-2, -1, 3, 5, 8]))


def inner(draw):
    """Probabilities away from 0 and 1, in no order."""
    return draw.rng.uniform(0.05, 0.95, draw.integer(5, 12))


def by_tosses(p, heads, tails):
    """One logarithm a toss, added without rounding."""

    def from_tosses(x):
        terms = [math.log(x)] * heads if heads else []
        return math.fsum(terms + [math.log1p(-x)] * tails if tails else terms)

    return np.array([from_tosses(float(x)) for x in p])


def number(estimate):
    """The estimate: whoever returns an array of one number has paid for it in the first test."""
    return estimate[0] if np.shape(estimate) == (1,) else estimate


def coin(draw, n, heads):
    """So many heads in n tosses, in random order."""
    return draw.rng.permutation(np.arange(n) < heads).astype(np.int64)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """An array of float64 and a float come back; arguments are not modified"""
    heads, tails = counts(draw)
    p = inner(draw)
    for given in (p, np.concatenate([[0.0, 1.0], p]), np.array([1, 0, 1])):
        kept = student.put(given)
        result = student.bernoulli_log_likelihood(kept, heads, tails)
        assert result.shape == given.shape, hint("types")
        assert result.dtype == np.float64, hint("types")
        assert np.array_equal(kept.get(), given), hint("purity")
    tosses = student.put(coin(draw, 9, 4))
    estimate = student.bernoulli_mle(tosses)
    assert np.ndim(estimate) == 0 and np.asarray(estimate).dtype == np.float64, hint("types")
    assert np.array_equal(np.sort(tosses.get()), [0] * 5 + [1] * 4), hint("purity")


@pytest.mark.weight(4)
def test_log_likelihood(student, draw):
    """The log likelihood of each p is a sum with one logarithm a toss"""
    for _ in range(4):
        (heads, tails), p = counts(draw), inner(draw)
        right = by_tosses(p, heads, tails)
        result = student.bernoulli_log_likelihood(p, heads, tails)
        with hint(slip(result, p, heads, tails)):
            close(result, right)


def slip(result, p, heads, tails):
    """Name of the hint for a wrong log likelihood."""
    if np.shape(result) != p.shape:
        return "types"
    right = by_tosses(p, heads, tails)
    if np.allclose(result, np.exp(right), atol=0):
        return "log"
    if np.allclose(result, by_tosses(p, tails, heads)):
        return "heads-and-tails"
    if np.allclose(result, right + math.log(math.comb(heads + tails, heads))):
        return "one-sequence"
    return "value"


@pytest.mark.weight(2)
def test_maximum_is_the_fraction_of_heads(student, draw):
    """The log likelihood is largest at the fraction of heads, where its slope is 0"""
    grid = np.linspace(0.0, 1.0, 401)
    for _ in range(3):
        heads, tails = counts(draw)
        best = heads / (heads + tails)
        with hint("argmax"):
            values = student.bernoulli_log_likelihood(grid, heads, tails)
            assert abs(grid[np.argmax(values)] - best) <= 1 / 400
            below, above = student.bernoulli_log_likelihood(np.array([best - 1e-5, best + 1e-5]), heads, tails)
            # the central difference of a right answer is below 1e-5 here; a unit of slope is one toss
            assert abs(above - below) / 2e-5 < 1e-2


@pytest.mark.weight(1)
def test_impossible_sequences(student, draw):
    """What has probability 0 and did happen has log likelihood -inf"""
    heads, tails = counts(draw)
    ends = np.array([0.0, 1.0])
    for h, t in ((heads, tails), (1, 1)):
        with hint("impossible"):
            assert np.isneginf(student.bernoulli_log_likelihood(ends, h, t)).all()
    with hint("impossible"):
        assert np.isneginf(student.bernoulli_log_likelihood(ends, heads, 0)[0])
        assert np.isneginf(student.bernoulli_log_likelihood(ends, 0, tails)[1])


@pytest.mark.weight(1)
def test_what_cannot_hurt(student, draw):
    """A certain outcome costs nothing, and no tosses cost nothing"""
    heads, tails = counts(draw)
    p = np.concatenate([[0.0], inner(draw), [1.0]])
    with hint("zero-log-zero"):
        close(student.bernoulli_log_likelihood(p, 0, 0), np.zeros(len(p)))
        close(student.bernoulli_log_likelihood(p[:-1], 0, tails), by_tosses(p[:-1], 0, tails))
        close(student.bernoulli_log_likelihood(p[:0:-1], heads, 0), by_tosses(p[:0:-1], heads, 0))


@pytest.mark.weight(1)
def test_no_warnings(student, draw):
    """The ends of the interval raise no warning"""
    heads, tails = counts(draw)
    p = np.concatenate([[0.0], inner(draw), [1.0]])
    for h, t in ((heads, tails), (0, tails), (heads, 0)):
        with hint("warning"), student.warnings_are_errors("RuntimeWarning"):
            student.bernoulli_log_likelihood(p, h, t)


@pytest.mark.weight(2)
def test_many_tosses(student, draw):
    """Half a million heads are no problem"""
    for _ in range(3):
        heads, tails = draw.integer(400_000, 600_000), draw.integer(400_000, 600_000)
        p = inner(draw)
        with hint("underflow"):
            # numbers of the size 1e6: 1e-9 of that is far more than any order of summation loses
            close(student.bernoulli_log_likelihood(p, heads, tails), heads * np.log(p) + tails * np.log1p(-p))


@pytest.mark.weight(3)
def test_mle(student, draw):
    """The estimate is the fraction of heads"""
    n = draw.integer(7, 60)
    for size, heads in ((n, draw.integer(1, n)), (2 * n + 1, draw.integer(1, n)), (3, 0), (1, 1)):
        with hint("mle"):
            close(number(student.bernoulli_mle(coin(draw, size, heads))), heads / size)


@pytest.mark.weight(1)
def test_what_is_no_toss(student, draw):
    """No tosses, or something that is no toss, raises ValueError"""
    n = draw.integer(4, 10)
    with hint("mle"):
        close(number(student.bernoulli_mle(coin(draw, n, 2))), 2 / n, rtol=0.5)
    for wrong in (np.zeros(0, dtype=np.int64), np.append(coin(draw, n, 2), 2), np.append(-1, coin(draw, n, 3))):
        with hint("not-a-toss"), pytest.raises(ValueError):
            student.bernoulli_mle(wrong)

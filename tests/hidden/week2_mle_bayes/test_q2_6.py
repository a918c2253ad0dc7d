"""Hidden suite of Q2.6: evidence and model comparison."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import betaln

from autograder.judge import close, hint

HINTS = {
    "types": "Both functions return a float: one number.",
    "evidence": "The log evidence is log B(a + h, b + t) - log B(a, b), with the natural logarithm. Compare with the "
    "worked example, then with a prior that is not flat.",
    "normaliser": "Your log evidence is off by log B(a, b), which is 0 under the flat prior: the prior is a density "
    "only after it was divided by its own area.",
    "one-sequence": "Your log evidence is too large by the logarithm of a binomial coefficient. It belongs to one "
    "ordered sequence.",
    "best-fit": "You return the largest likelihood. The evidence is the average likelihood under the prior, and "
    "smaller.",
    "chain": "The log evidence should be the sum of the log probabilities with which each toss is predicted from "
    "those before it.",
    "no-tosses": "Without tosses nothing was predicted: the evidence is 1, its logarithm 0, and neither model is "
    "ahead.",
    "underflow": "With many tosses your result is infinite or NaN, or your code raises an error. Gamma and Beta "
    "functions overflow and underflow; use their logarithms (gammaln, betaln).",
    "factor": "The log Bayes factor is the log likelihood of a fair coin minus the log evidence of the model with the "
    "Beta(a, b) prior, for all tosses.",
    "inverted": "The sign is wrong: it should be positive where the data favour the fair coin.",
    "ratio": "You return the ratio; the question asks for its logarithm.",
    "its-prior": "The Bayes factor should depend on the prior of p that is passed in; the flat one is only the "
    "default.",
}


@pytest.fixture(autouse=True)
def right_likelihood(student, reference):
    """A mistake in Q2.1 is paid for there: whoever builds on it gets a right likelihood here."""
    student.replace("bernoulli_log_likelihood", reference.bernoulli_log_likelihood)


def case(draw):
    """Unequal counts, and a prior that is neither flat nor symmetric."""
    heads = draw.integer(4, 25)
    return heads, heads + int(draw.rng.choice([-3, 2, 5, 9])), draw.rng.uniform(0.6, 6.0), draw.rng.uniform(1.5, 8.0)


def evidence(heads, tails, a, b):
    return betaln(a + heads, b + tails) - betaln(a, b)


def one_at_a_time(tosses, a, b):
    """Sum of the log probabilities with which each toss is predicted."""
    total = []
    for toss in tosses:
        total.append(math.log((a if toss else b) / (a + b)))
        a, b = (a + 1, b) if toss else (a, b + 1)
    return math.fsum(total)


@pytest.mark.weight(1)
def test_types(student, draw):
    """One number comes back, a float"""
    for value in (student.log_evidence(*case(draw)), student.log_bayes_factor_fair(*case(draw))):
        assert np.ndim(value) == 0 and np.asarray(value).dtype == np.float64, hint("types")


def number(value):
    """Whoever returns an array of one number has paid for it in the first test."""
    return value[0] if np.shape(value) == (1,) else value


def slip(value, heads, tails, a, b):
    """Name of the hint for a wrong log evidence."""
    right = evidence(heads, tails, a, b)
    best = heads / (heads + tails)
    if np.allclose(value, right + betaln(a, b)):
        return "normaliser"
    if np.allclose(value, right + math.log(math.comb(heads + tails, heads))):
        return "one-sequence"
    if np.allclose(value, heads * math.log(best) + tails * math.log1p(-best)):
        return "best-fit"
    return "evidence"


@pytest.mark.weight(3)
def test_log_evidence(student, draw):
    """The evidence is the average likelihood under the prior"""
    for _ in range(4):
        given = case(draw)
        value = number(student.log_evidence(*given))
        with hint(slip(value, *given)):
            close(value, evidence(*given))


@pytest.mark.weight(1)
def test_chain_rule(student, draw):
    """The evidence is what the predictions, one toss at a time, multiply to"""
    for _ in range(3):
        heads, tails, a, b = case(draw)
        tosses = draw.rng.permutation(np.arange(heads + tails) < heads)
        with hint("chain"):
            close(number(student.log_evidence(heads, tails, a, b)), one_at_a_time(tosses, a, b))


@pytest.mark.weight(1)
def test_no_tosses(student, draw):
    """Without tosses both logarithms are 0"""
    _, _, a, b = case(draw)
    with hint("no-tosses"):
        close(number(student.log_evidence(0, 0, a, b)), 0.0, atol=1e-10)
        close(number(student.log_bayes_factor_fair(0, 0, a, b)), 0.0, atol=1e-10)


@pytest.mark.weight(2)
@pytest.mark.limit(15)
def test_a_million_tosses(student, draw):
    """Thousands and a million tosses are no problem"""
    for n in (3000, 1_000_000):
        heads = draw.integer(4 * n // 10, 6 * n // 10)
        _, _, a, b = case(draw)
        right = evidence(heads, n - heads, a, b)
        with hint("underflow"):
            # generous: a formula that is wrong for few tosses has cost its points above
            close(number(student.log_evidence(heads, n - heads, a, b)), right, rtol=1e-2)
            assert np.isfinite(number(student.log_bayes_factor_fair(heads, n - heads, a, b)))


@pytest.mark.weight(3)
def test_bayes_factor(student, draw):
    """The Bayes factor compares the fair coin with the evidence, and is positive for the fair one"""
    for _ in range(3):
        heads, tails, a, b = case(draw)
        with hint("factor"):
            factor = number(student.log_bayes_factor_fair(heads, tails))
            compare(student, factor, heads, tails, 1.0, 1.0, "factor")
        with hint("its-prior"):
            factor = number(student.log_bayes_factor_fair(heads, tails, a, b))
            compare(student, factor, heads, tails, a, b, "its-prior")


def compare(student, factor, heads, tails, a, b, otherwise):
    """Right, or right with the student's own evidence: what is wrong with that has cost its points above."""
    fair = (heads + tails) * math.log(0.5)
    right = fair - evidence(heads, tails, a, b)
    own = fair - number(student.log_evidence(heads, tails, a, b))
    if np.allclose(factor, own, rtol=1e-8, atol=1e-10):
        return
    slips = {"inverted": -own, "ratio": np.exp(min(own, 700.0))}
    with hint(next((name for name, value in slips.items() if np.allclose(factor, value)), otherwise)):
        close(factor, right, rtol=1e-8, atol=1e-10)

"""Hidden suite of Q2.3: entropy, cross-entropy, KL divergence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "types": "All three functions return a float: one number, not an array with one entry a class.",
    "purity": "Your code changed a distribution that it was given: p[p == 0] = ... works in place. Make a new array.",
    "entropy": "Your entropy is not -sum p log p. Try a fair coin, where it is log 2, and then two unequal sides.",
    "cross-entropy": "Your cross-entropy is not -sum p log q: the average is taken with the first argument, the "
    "logarithm of the second.",
    "kl": "Your divergence is not sum p log(p / q). It should equal H(P, Q) - H(P).",
    "units": "Your values are 1/ln 2 times too large: bits, not nats.",
    "direction": "Your value belongs to the arguments the other way round: P is the first one, and the average is "
    "taken with P.",
    "extremes": "Entropy should be log K for K equally probable classes, the most there can be, and 0 where one class "
    "is certain.",
    "identity": "KL(P || Q) should equal -H(P) + H(P, Q), with your own three functions.",
    "zero-to-itself": "KL(P || P) should be 0 and KL(P || Q) never negative, and greater than 0 for different P and Q.",
    "independent": "For two independent experiments entropies and divergences add up. Sum over the classes: no mean, "
    "no division by log K.",
    "never-happens": "A class with p = 0 should contribute 0, whatever q is: as if it were not there. NaN means that "
    "0 was multiplied by an infinite logarithm.",
    "infinite-surprise": "A class with p > 0 and q = 0 makes cross-entropy and KL infinite. A large finite number "
    "comes from a small number inside the logarithm or from clipping; leaving the class out hides it.",
    "no-distribution": "What is no distribution should raise ValueError: a negative entry, a sum that is not 1, two "
    "lengths that differ. Each function checks each of its arguments.",
    "tolerance": "A sum may differ from 1 by 1e-8 and not by more. np.isclose and np.allclose allow 1e-5 by default; "
    "an exact comparison refuses rounded probabilities.",
}


def distribution(draw, k, floor=0.02):
    """K unequal probabilities, none below the floor."""
    p = draw.rng.dirichlet(np.ones(k)) + floor
    return p / p.sum()


def pair(draw):
    k = draw.integer(3, 9)
    return distribution(draw, k), distribution(draw, k)


def plogq(p, q):
    """sum p log q, term by term; what never happens is left out."""
    return math.fsum(a * math.log(b) for a, b in zip(p.tolist(), q.tolist(), strict=True) if a > 0)


def slip(value, right, reversed_value, otherwise):
    """Name of the hint for a wrong value."""
    if np.allclose(value, right / math.log(2)):
        return "units"
    return "direction" if np.allclose(value, reversed_value) else otherwise


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """Floats come back; arguments are not modified"""
    k = draw.integer(3, 8)
    p, q = np.append(distribution(draw, k), 0.0), np.append(0.0, distribution(draw, k))
    for name, given in (("entropy", (p,)), ("cross_entropy", (p, p)), ("kl_divergence", (p, q))):
        kept = [student.put(part) for part in given]
        value = getattr(student, name)(*kept)
        assert np.ndim(value) == 0 and np.asarray(value).dtype == np.float64, hint("types")
        for part, after in zip(given, kept, strict=True):
            assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(2)
def test_entropy(student, draw):
    """Entropy is the average surprise, in nats"""
    for _ in range(4):
        p, _ = pair(draw)
        value = student.entropy(p)
        with hint(slip(value, -plogq(p, p), np.nan, "entropy")):
            close(value, -plogq(p, p))


@pytest.mark.weight(2)
def test_cross_entropy(student, draw):
    """Cross-entropy is the average surprise of who believes in Q"""
    for _ in range(4):
        p, q = pair(draw)
        value = student.cross_entropy(p, q)
        with hint(slip(value, -plogq(p, q), -plogq(q, p), "cross-entropy")):
            close(value, -plogq(p, q))


@pytest.mark.weight(3)
def test_kl_divergence(student, draw):
    """KL(P || Q) is the sum of p log(p / q)"""
    for _ in range(3):
        p, q = pair(draw)
        peak = np.linspace(1.0, 9.0, len(p)) ** 2
        for second in (q, peak / peak.sum()):
            forth = plogq(p, p) - plogq(p, second)
            back = plogq(second, second) - plogq(second, p)
            value = student.kl_divergence(p, second)
            with hint(slip(value, forth, back, "kl")):
                close(value, forth, atol=1e-11)


@pytest.mark.weight(1)
def test_most_and_least_entropy(student, draw):
    """Entropy is log K at most, and 0 at least"""
    k = draw.integer(3, 9)
    with hint("extremes"):
        close(student.entropy(np.full(k, 1 / k)), math.log(k))
        for certain in (np.eye(k)[draw.integer(0, k)], np.eye(k, dtype=np.int64)[draw.integer(0, k)], np.array([1.0])):
            # generous: a small number inside the logarithm is paid for below
            close(student.entropy(certain), 0.0, atol=1e-9)


@pytest.mark.weight(1)
def test_functions_fit_together(student, draw):
    """The divergence is the cross-entropy minus the entropy"""
    for _ in range(3):
        p, q = pair(draw)
        with hint("identity"):
            close(student.kl_divergence(p, q), student.cross_entropy(p, q) - student.entropy(p), atol=1e-11)


@pytest.mark.weight(1)
def test_divergence_is_positive(student, draw):
    """The divergence is 0 from itself and positive from anything else"""
    for _ in range(3):
        p, q = pair(draw)
        with hint("zero-to-itself"):
            assert abs(student.kl_divergence(p, p)) <= 1e-12
            assert student.kl_divergence(p, q) > 0
            assert student.kl_divergence(q, p) > 0


@pytest.mark.weight(1)
def test_independent_experiments(student, draw):
    """Entropy and divergence of two independent experiments add up"""
    (p, q), (r, s) = pair(draw), pair(draw)
    with hint("independent"):
        close(student.entropy(np.outer(p, r).ravel()), student.entropy(p) + student.entropy(r))
        close(
            student.kl_divergence(np.outer(p, r).ravel(), np.outer(q, s).ravel()),
            student.kl_divergence(p, q) + student.kl_divergence(r, s),
            atol=1e-11,
        )


@pytest.mark.weight(2)
def test_what_never_happens(student, draw):
    """A class that never happens changes nothing"""
    p, q = pair(draw)
    k = len(p)
    where = draw.integer(0, k + 1)
    without = np.insert(p, where, 0.0)
    with hint("never-happens"):
        close(student.entropy(without), -plogq(p, p))
        for share in (0.3, 0.0):  # Q gives it some probability, or none either
            other = np.insert(q * (1 - share), where, share)
            close(student.cross_entropy(without, other), -plogq(without, other))
            close(student.kl_divergence(without, other), plogq(p, p) - plogq(without, other), atol=1e-11)


@pytest.mark.weight(2)
def test_what_was_held_to_be_impossible(student, draw):
    """What happens and was held to be impossible surprises infinitely"""
    p, q = pair(draw)
    where = draw.integer(0, len(p))
    q[where] = 0.0
    q /= q.sum()
    for name in ("cross_entropy", "kl_divergence"):
        with hint("infinite-surprise"):
            assert np.isposinf(getattr(student, name)(p, q))
            assert np.isposinf(getattr(student, name)(p, np.eye(len(p))[where]))


@pytest.mark.weight(1)
def test_what_is_no_distribution(student, draw):
    """What is no distribution raises ValueError"""
    p, q = pair(draw)
    k = len(p)
    negative = q.copy()
    negative[0], negative[1] = -0.1, q[0] + q[1] + 0.1
    for wrong in (negative, q * 1.05, q * 0.97):
        for name, given in (
            ("entropy", (wrong,)),
            ("cross_entropy", (p, wrong)),
            ("cross_entropy", (wrong, p)),
            ("kl_divergence", (p, wrong)),
            ("kl_divergence", (wrong, p)),
        ):
            with hint("no-distribution"), pytest.raises(ValueError):
                getattr(student, name)(*given)
    for other in (np.full(k + 1, 1 / (k + 1)), np.array([1.0])):
        for name in ("cross_entropy", "kl_divergence"):
            for given in ((p, other), (other, p)):
                with hint("no-distribution"), pytest.raises(ValueError):
                    getattr(student, name)(*given)


@pytest.mark.weight(1)
def test_rounded_probabilities(student, draw):
    """A sum may differ from 1 by rounding, and not by more"""
    p, q = pair(draw)
    with hint("tolerance"):
        for slightly in (1 + 2e-9, 1 - 2e-9):
            close(student.entropy(p * slightly), -plogq(p, p), rtol=1e-6)
            close(student.cross_entropy(p, q * slightly), -plogq(p, q), rtol=1e-6)
        for too_much in (1 + 1e-6, 1 - 1e-6):
            with pytest.raises(ValueError):
                student.entropy(p * too_much)
            with pytest.raises(ValueError):
                student.kl_divergence(p, q * too_much)

"""Hidden suite of Q1.6: stable log-sum-exp and softmax."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from autograder.judge import close, hint

HINTS = {
    "shape": "softmax keeps the shape of Z; logsumexp drops the axis that is summed over, and is a scalar for a "
    "vector. keepdims=True is for intermediate results.",
    "float64": "Both functions return float64, also when the scores are integers. float32 has only 7 digits.",
    "purity": "Your code changed the array that it was given: Z -= ... works in place. Make a new array.",
    "softmax": "The probabilities of some rows are not exp(z_k) divided by the sum of exp(z_j) over the same row.",
    "logsumexp": "logsumexp is the natural logarithm of the sum of exp(z_j): after the logarithm, the maximum that you "
    "subtracted has to be added again.",
    "axis": "The sum, the maximum and the division should all use the axis that is asked for: the last one by default, "
    "and any axis of an array with two, three or more.",
    "sum-to-one": "The probabilities along the axis should sum to 1 up to rounding. A small number added to the "
    "denominator is not needed: one term of the sum is 1 already.",
    "shift": "Adding the same number to all scores should not change softmax, and should add that number to logsumexp. "
    "Infinite or NaN values mean that exp has overflowed: subtract the maximum first.",
    "global-max": "One row is all NaN or 0, or its probabilities are wrong, while another row has much larger scores. "
    "The maximum must be taken per row, along the same axis as the sum. Do not clip the scores either.",
    "impossible": "A score of -inf should have probability exactly 0 and leave the others as if it were not there, "
    "without a RuntimeWarning. Which number do you subtract: can it become infinite?",
    "order": "log softmax(z) should equal z - logsumexp(z), and a larger score should have a larger probability.",
}

# Generous, so that a small number added to a denominator costs its points once: where the probabilities are summed.
RTOL = 1e-6


def scores(draw, *shape):
    return draw.rng.normal(size=shape) * 3.0


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """softmax keeps the shape, logsumexp drops an axis, both are float64"""
    n, d = draw.sizes()
    for Z in (scores(draw, n, d), draw.rng.integers(-4, 5, size=(n, d)), scores(draw, 2, n, d)):
        P, L = student.softmax(Z), student.logsumexp(Z)
        assert P.shape == Z.shape, hint("shape")
        assert L.shape == Z.shape[:-1], hint("shape")
        assert P.dtype == np.float64, hint("float64")
        assert L.dtype == np.float64, hint("float64")
    assert np.ndim(student.logsumexp(scores(draw, d))) == 0, hint("shape")


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """Your arguments are not modified"""
    Z = scores(draw, *draw.sizes())
    for name in ("softmax", "logsumexp"):
        kept = student.put(Z)
        getattr(student, name)(kept)
        assert np.array_equal(kept.get(), Z), hint("purity")


@pytest.mark.weight(3)
def test_softmax_of_rows(student, draw):
    """softmax of each row"""
    for _ in range(4):
        Z = scores(draw, *draw.sizes())
        with hint("softmax"):
            close(student.softmax(Z), special.softmax(Z, axis=-1), rtol=RTOL)


@pytest.mark.weight(3)
def test_logsumexp_of_rows(student, draw):
    """logsumexp of each row"""
    for _ in range(4):
        Z = scores(draw, *draw.sizes())
        with hint("logsumexp"):
            close(student.logsumexp(Z), special.logsumexp(Z, axis=-1))


@pytest.mark.weight(2)
def test_any_axis(student, draw):
    """Every axis of arrays with one, two and three dimensions"""
    n, d = draw.sizes()
    for shape, axis in (((n, d), 0), ((n, d), 1), ((3, n, d), 1), ((3, n, d), -3), ((d,), 0)):
        Z = scores(draw, *shape)
        with hint("axis"):
            close(student.softmax(Z, axis=axis), special.softmax(Z, axis=axis), rtol=RTOL)
            close(student.logsumexp(Z, axis=axis), special.logsumexp(Z, axis=axis))


@pytest.mark.weight(1)
def test_probabilities_sum_to_one(student, draw):
    """Probabilities sum to 1, up to rounding"""
    for _ in range(3):
        n, d = draw.sizes()
        P = student.softmax(scores(draw, n, d))
        with hint("sum-to-one"):
            assert P.shape == (n, d)
            close(P.sum(axis=1), np.ones(n), rtol=1e-12)


@pytest.mark.weight(3)
def test_common_shift(student, draw):
    """A shift of all scores by a large number does no harm"""
    for shift in (1000.0, -1000.0, draw.rng.uniform(750.0, 5000.0)):
        Z = scores(draw, *draw.sizes())
        with hint("shift"), student.warnings_are_errors("RuntimeWarning"):
            close(student.softmax(Z + shift), special.softmax(Z, axis=-1), rtol=RTOL)
            close(student.logsumexp(Z + shift), special.logsumexp(Z, axis=-1) + shift)


@pytest.mark.weight(4)
def test_rows_of_different_size(student, draw):
    """Rows of very different scores do not disturb each other"""
    n, d = draw.sizes()
    base = scores(draw, n, d)
    offsets = draw.rng.permutation(np.linspace(-2500.0, 2500.0, n))
    with hint("global-max"), student.warnings_are_errors("RuntimeWarning"):
        close(student.softmax(base + offsets[:, None]), special.softmax(base, axis=1), rtol=RTOL)
        close(student.logsumexp(base + offsets[:, None]), special.logsumexp(base, axis=1) + offsets)
        close(student.softmax((base + offsets[:, None]).T, axis=0), special.softmax(base, axis=1).T, rtol=RTOL)
        low = base - 3000.0  # every score is far below zero
        close(student.softmax(low), special.softmax(base, axis=1), rtol=RTOL)


@pytest.mark.weight(2)
def test_impossible_classes(student, draw):
    """A score of -inf has probability 0"""
    n, d = draw.sizes()
    Z = scores(draw, n, d + 1)
    gone = draw.rng.integers(0, d + 1, size=n)
    Z[np.arange(n), gone] = -np.inf
    with hint("impossible"), student.warnings_are_errors("RuntimeWarning"):
        P = student.softmax(Z)
        close(P, special.softmax(Z, axis=1), rtol=RTOL)
        assert (P[np.arange(n), gone] == 0).all()
        close(student.logsumexp(Z), special.logsumexp(Z, axis=1))


@pytest.mark.weight(1)
def test_functions_fit_together(student, draw):
    """The logarithm of softmax is z - logsumexp, and order is preserved"""
    for _ in range(3):
        n, d = draw.sizes()
        Z = scores(draw, n, d)
        with hint("order"):
            P = student.softmax(Z)
            close(np.log(P), Z - np.reshape(student.logsumexp(Z), (n, 1)), rtol=0, atol=RTOL)
            assert np.array_equal(P.argsort(axis=1), Z.argsort(axis=1))

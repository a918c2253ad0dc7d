"""Hidden suite of Q4.7: one round of AdaBoost."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "types": "adaboost_round returns two things: alpha, one number, and the new weights, float64 of shape (n,).",
    "purity": "Your code changed the weights that it was given: `weights *= ...` works in place. Make a new array.",
    "alpha": "alpha is not 1/2 log((1 - eps) / eps) with the *weighted* error eps and the natural logarithm.",
    "samme": "SAMME convention: your alpha is twice the one in the text, which has a factor 1/2. The new weights "
    "are the same either way, so everything else can be right.",
    "unweighted": "You count the wrong samples. The error is the *weight* of the wrong samples, divided by the "
    "weight of all.",
    "unnormalised": "The given weights need not sum to 1: divide the weight of the wrong samples by the weight of "
    "all.",
    "weights": "The new weights are not w_i exp(-alpha y_i h_i) / Z. Do this for a wrong and for a right sample by "
    "hand.",
    "half": "With the new weights the same answers should have an error of exactly 1/2. Wrong samples get heavier "
    "and right ones lighter: check the sign in the exponent, and that both kinds change.",
    "sum": "The new weights should be positive and sum to 1.",
    "useless": "A weighted error of 0, or of 1/2 or more, should raise ValueError: compare before you take the "
    "logarithm.",
    "ensemble": "Twenty rounds with a right weak learner did not get below the training error of the first one "
    "alone: the weights do not lead the next learner to what was wrong.",
}


def weak(draw):
    """Weights that sum to 1, labels, and answers with a weighted error between 0.1 and 0.4."""
    while True:
        n = draw.integer(8, 16)
        weights = draw.rng.uniform(0.2, 2.0, n)
        weights /= weights.sum()
        y = np.where(draw.labels(n, 2) == 1, 1, -1)
        wrong = draw.rng.random(n) < 0.3
        error = weights[wrong].sum()
        if 0.1 < error < 0.4 and abs(error - wrong.mean()) > 0.01 and (y[wrong] == 1).any() and (y[wrong] == -1).any():
            return weights, y, np.where(wrong, -y, y), float(error)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """A number and a float64 vector; integer weights are welcome; arguments are not modified"""
    weights, y, answers, _ = weak(draw)
    given = (weights, y, answers)
    kept = [student.put(value) for value in given]
    alpha, new = student.adaboost_round(*kept)
    with hint("types"):
        assert np.ndim(alpha) == 0
        assert new.shape == weights.shape
        assert new.dtype == np.float64
    for value, after in zip(given, kept, strict=True):
        assert np.array_equal(after.get(), value), hint("purity")
    with hint("types"):
        answers = np.where(np.arange(len(y)) == 2, -y, y)
        _, new = student.adaboost_round(np.ones(len(y), dtype=np.int64), y, answers)
        assert new.dtype == np.float64


@pytest.mark.weight(6)
def test_alpha(student, draw):
    """alpha is half the log of the odds that the weak learner is right"""
    for _ in range(5):
        weights, y, answers, error = weak(draw)
        right = 0.5 * np.log((1 - error) / error)
        unweighted = np.mean(y != answers)
        alpha, _ = student.adaboost_round(weights, y, answers)
        slips = {"samme": 2 * right, "unweighted": 0.5 * np.log((1 - unweighted) / unweighted)}
        found = [name for name, slip in slips.items() if np.ndim(alpha) == 0 and np.isclose(alpha, slip, rtol=1e-9)]
        with hint(found[0] if found else "alpha"):
            close(alpha, right)


@pytest.mark.weight(1)
def test_new_weights(student, draw):
    """The new weights follow the formula"""
    for _ in range(3):
        weights, y, answers, error = weak(draw)
        # in closed form: the wrong ones share one half, the right ones the other
        right = np.where(y != answers, weights / (2 * error), weights / (2 * (1 - error)))
        with hint("weights"):
            close(student.adaboost_round(weights, y, answers)[1], right)


@pytest.mark.weight(1)
def test_error_of_one_half(student, draw):
    """With the new weights the same answers have an error of one half, and the weights sum to 1"""
    for _ in range(3):
        weights, y, answers, _ = weak(draw)
        _, new = student.adaboost_round(weights, y, answers)
        with hint("sum"):
            assert (new > 0).all()
            close(new.sum(), 1.0)
        with hint("half"):
            close(new[y != answers].sum() / new.sum(), 0.5)


@pytest.mark.weight(1)
def test_unnormalised_weights(student, draw):
    """The given weights need not sum to 1"""
    for factor in (7.0, 0.01):
        weights, y, answers, error = weak(draw)
        with hint("unnormalised"):
            _, new = student.adaboost_round(factor * weights, y, answers)
            close(new[y != answers], weights[y != answers] / (2 * error))
            close(new.sum(), 1.0)


@pytest.mark.weight(1)
def test_useless_learners(student, draw):
    """An error of 0, or of one half or more, raises ValueError"""
    weights, y, answers, _ = weak(draw)
    student.adaboost_round(weights, y, answers)  # a useful one does not
    eighths = np.full(8, 0.125)  # sums of these are exact
    sides = np.array([1, -1, 1, -1, 1, 1, -1, -1])
    half = np.where(np.arange(8) < 4, -sides, sides)
    for given in ((eighths, sides, sides), (eighths, sides, half), (weights, y, -answers), (weights, y, -y)):
        with hint("useless"), pytest.raises(ValueError):
            student.adaboost_round(*given)


def best_stump(X, y, weights):
    """Answers of the stump with the least weighted error."""
    best, answers = np.inf, None
    for column in X.T:
        sides = np.where(column > column[:, None], 1, -1)
        errors = (sides != y) @ weights / weights.sum()
        for direction, each in ((1, errors), (-1, 1 - errors)):
            if each.min() < best:
                best, answers = each.min(), direction * sides[each.argmin()]
    return answers


@pytest.mark.weight(1)
def test_twenty_rounds(student, draw):
    """Twenty rounds bring the training error below that of one weak learner"""
    X = draw.rng.uniform(-1, 1, (100, 2))
    y = np.where(X @ [1.0, draw.rng.uniform(0.6, 1.4)] > 0, 1, -1)
    weights, votes, first = np.full(100, 0.01), np.zeros(100), None
    for _ in range(20):
        answers = best_stump(X, y, weights)
        first = np.mean(answers != y) if first is None else first
        alpha, weights = student.adaboost_round(weights, y, answers)
        with hint("types"):
            assert np.shape(weights) == (100,)
        with hint("ensemble"):
            assert np.isfinite(weights).all()
        votes = votes + alpha * answers
    with hint("ensemble"):
        assert np.mean(np.sign(votes) != y) < 0.6 * first

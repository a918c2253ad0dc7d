"""Hidden suite of Q5.3: softmax cross-entropy and its gradient."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from autograder.judge import close, hint

HINTS = {
    "types": "The loss is a float, and dZ a float64 array with the shape of Z, also when the logits are integers.",
    "purity": "Your code changed an array that it was given: Z -= ... works in place. Make a new array.",
    "uniform": "Equal logits make all K classes equally probable: the loss should be the natural logarithm of K.",
    "loss": "The loss is not the mean of -log P[i, y_i]. Over which axis do the probabilities sum to 1? Did the array "
    "of probabilities change before the loss was read from it?",
    "gradient": "dZ is not (probability minus truth) / n: the one-hot truth is subtracted at the right class alone, "
    "and the 1/n of the mean belongs to the gradient too.",
    "slope": "dZ is not the slope of your own loss: loss and gradient do not belong together.",
    "sum": "Each row of dZ should sum to 0: what the right class gains the others lose.",
    "shift": "Adding the same number to all logits of a row should change neither the loss nor dZ.",
    "extreme": "With logits of thousands the loss should still be exact, without a warning: subtract each row's own "
    "maximum first, take no logarithm of a probability, and add no small number to it.",
    "twice": "With every sample twice the loss should stay as it is, and each row's gradient should halve.",
}


def problem(draw):
    """Logits and labels; n, K all different, and the labels are not the largest logits."""
    n, K = draw.rng.permutation([3, 4, 5, 6, 7, 8])[:2]
    return draw.matrix(n, K) * 2.0, draw.labels(int(n), int(K))


def right_loss(Z, y):
    return float(np.mean(logsumexp(Z, axis=1) - Z[np.arange(len(y)), y]))


def right_gradient(Z, y):
    return (softmax(Z, axis=1) - np.eye(Z.shape[1])[y]) / len(y)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """A float and a float64 array; arguments are not modified"""
    Z, y = problem(draw)
    for given in (Z, draw.rng.integers(-4, 5, size=Z.shape)):
        kept = student.put(given), student.put(y)
        loss, dZ = student.softmax_cross_entropy(*kept)
        assert isinstance(loss, float), hint("types")
        assert dZ.shape == Z.shape and dZ.dtype == np.float64, hint("types")
        assert np.array_equal(kept[0].get(), given) and np.array_equal(kept[1].get(), y), hint("purity")


@pytest.mark.weight(1)
def test_equal_logits(student, draw):
    """Equal logits have the loss log K"""
    for K in (2, 3, draw.integer(5, 12)):
        loss, _ = student.softmax_cross_entropy(np.zeros((4, K)), draw.labels(4, K))
        with hint("uniform"):
            close(loss, float(np.log(K)))


@pytest.mark.weight(3)
def test_loss(student, draw):
    """The mean surprise at the right classes, in nats"""
    for _ in range(4):
        Z, y = problem(draw)
        with hint("loss"):
            close(student.softmax_cross_entropy(Z, y)[0], right_loss(Z, y))


@pytest.mark.weight(3)
def test_gradient(student, draw):
    """Probability minus truth, shared out among the samples"""
    for _ in range(4):
        Z, y = problem(draw)
        with hint("gradient"):
            close(student.softmax_cross_entropy(Z, y)[1], right_gradient(Z, y))


@pytest.mark.weight(2)
def test_gradient_is_the_slope_of_the_loss(student, draw):
    """dZ is the measured slope of your own loss"""
    Z, y = problem(draw)
    _, dZ = student.softmax_cross_entropy(Z, y)
    h, slopes = 1e-5, np.zeros(Z.shape)
    for place in np.ndindex(Z.shape):
        step = np.zeros(Z.shape)
        step[place] = h
        above, below = (student.softmax_cross_entropy(Z + s * step, y)[0] for s in (1, -1))
        slopes[place] = (above - below) / (2 * h)
    error = np.linalg.norm(dZ - slopes) / (np.linalg.norm(dZ) + np.linalg.norm(slopes))
    assert error < 1e-7, hint("slope")


@pytest.mark.weight(1)
def test_rows_of_the_gradient_sum_to_zero(student, draw):
    """Each row of the gradient sums to 0"""
    for _ in range(3):
        Z, y = problem(draw)
        _, dZ = student.softmax_cross_entropy(Z, y)
        with hint("sum"):
            assert np.abs(dZ).max() > 0
            close(dZ.sum(axis=1), np.zeros(len(y)), atol=1e-10)


@pytest.mark.weight(1)
def test_common_shift(student, draw):
    """A number added to all logits of a row changes nothing"""
    Z, y = problem(draw)
    shifts = draw.rng.uniform(700, 900, size=(len(y), 1))
    shifts[::2] *= -1  # a maximum of the whole array is far from that of every other row
    before, after = student.softmax_cross_entropy(Z, y), student.softmax_cross_entropy(Z + shifts, y)
    with hint("shift"):
        close(after[0], before[0], rtol=1e-8)
        close(after[1], before[1], rtol=1e-7, atol=1e-10)


@pytest.mark.weight(2)
def test_extreme_logits(student, draw):
    """Logits of ten thousand: an exact loss, and no warning"""
    far = float(draw.integer(5_000, 20_000))
    Z = np.array([[far, 0.0, 0.0], [0.0, 0.0, -far], [1.0, 2.0, 1.0 - far]])
    for y in (np.array([1, 2, 2]), np.array([0, 0, 1])):
        with hint("extreme"), student.warnings_are_errors("RuntimeWarning"):
            loss, dZ = student.softmax_cross_entropy(Z, y)
            close(loss, right_loss(Z, y))
            close(dZ, right_gradient(Z, y), atol=1e-12)


@pytest.mark.weight(1)
def test_every_sample_twice(student, draw):
    """Repeating all samples leaves the loss and halves each row's gradient"""
    Z, y = problem(draw)
    once, twice = student.softmax_cross_entropy(Z, y), student.softmax_cross_entropy(np.tile(Z, (2, 1)), np.tile(y, 2))
    with hint("twice"):
        close(twice[0], once[0])
        close(twice[1], np.tile(once[1], (2, 1)) / 2)

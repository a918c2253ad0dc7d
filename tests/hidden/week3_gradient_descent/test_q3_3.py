"""Hidden suite of Q3.3: logistic loss and gradient, vectorised."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.special import expit, log_expit

from autograder.judge import close, hint

HINTS = {
    "types": "The result is a pair: the loss as one float, and the gradient as a float64 vector of shape (d + 1,). "
    "Labels may be floats or integers, and so may X.",
    "purity": "Your code changed an argument: setting w[-1] = 0 for the penalty, for example, changes the caller's "
    "w. Make a new array.",
    "log-2": "With w = 0 every probability is 1/2, and the loss should be log 2 (about 0.69, in nats), whatever "
    "the data: take the mean over samples, and the natural logarithm.",
    "loss": "The loss is not the mean of log(1 + exp(z)) - y z plus l2/2 times the squared weights. Check the "
    "sign, the factor 1/2, and which label goes with which term, with one sample and by hand.",
    "penalty": "Without a penalty your numbers are right, with one they are not: l2/2 * sum of w_j^2 over the "
    "features in the loss, l2 * w_j in the gradient, and nothing of either for the intercept.",
    "gradient": "The gradient is not the mean of (p - y) x plus l2 w (and the mean of p - y for the intercept, "
    "last).",
    "inconsistent": "Your gradient is not the slope of your own loss: measure it with numerical_gradient, for l2 = "
    "0 first, and compare entry by entry.",
    "saturated": "With scores of +-1000 the loss should be the size of the score where the prediction is wrong, "
    "and 0 where it is right, without overflow, division by zero, inf or NaN. log(p) of a rounded p cannot do "
    "that, and clipping p gives another number: use the formula for log(1 + exp(z)) in the text.",
    "convex": "The loss is a bowl: halfway between two places it is at most the mean of the two losses. Yours "
    "bends the other way somewhere: look at the signs.",
    "mean": "Every sample twice is the same problem: loss and gradient should not change. Divide the sums by n, "
    "but not the penalty.",
    "labels": "Labels other than 0 and 1 should raise ValueError: -1 and 1, 0.5, 2. Labels 0 and 1 should not, if "
    "only one of them occurs either.",
    "loop": "Your code is too slow for n = 200,000 and d = 5: a Python loop over samples does one tiny operation "
    "at a time. All scores together are one matrix product.",
}

FLOOR_SECONDS = 0.5


def problem(draw):
    """w, X, y with n != d + 1, both labels, and a weighty intercept."""
    n, d = draw.sizes()
    n += 3
    w = np.append(draw.vector(d), draw.rng.uniform(0.8, 2.0) * draw.rng.choice([-1.0, 1.0]))
    return w, draw.matrix(n, d), draw.labels(n, 2).astype(float)


def right_loss(w, X, y, l2):
    """As minus the mean log-likelihood, by SciPy's logarithm of the sigmoid."""
    z = X @ w[:-1] + w[-1]
    return -np.mean(np.where(y == 1, log_expit(z), log_expit(-z))) + l2 / 2 * np.sum(w[:-1] ** 2)


def right_gradient(w, X, y, l2):
    """Sample by sample."""
    total = np.zeros(len(w))
    for row, label in zip(X, y, strict=True):
        extended = np.append(row, 1.0)
        total += (expit(extended @ w) - label) * extended
    return total / len(y) + l2 * np.append(w[:-1], 0.0)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """A float and a float64 vector; integers are welcome"""
    w, X, y = problem(draw)
    whole = draw.rng.integers(-3, 4, size=X.shape)
    for given in ((w, X, y, 0.1), (w, X, y.astype(np.int64), 0), (np.ones(len(w), dtype=np.int64), whole, y, 1)):
        with hint("types"):
            loss, gradient = student.logistic_loss_grad(*given)
            assert np.ndim(loss) == 0
            assert np.asarray(loss).dtype == np.float64
            assert gradient.shape == w.shape
            assert gradient.dtype == np.float64


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """Your arguments are not modified"""
    given = problem(draw)
    kept = [student.put(part) for part in given]
    student.logistic_loss_grad(*kept, 0.3)
    for part, after in zip(given, kept, strict=True):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(1)
def test_loss_at_zero(student, draw):
    """With w = 0 the loss is log 2"""
    for _ in range(3):
        w, X, y = problem(draw)
        with hint("log-2"):
            close(student.logistic_loss_grad(np.zeros(len(w)), X, y, 0.7)[0], np.log(2))


@pytest.mark.weight(3)
def test_loss(student, draw):
    """The loss is the mean negative log-likelihood plus the penalty"""
    for l2 in (0.0, 0.0, draw.rng.uniform(0.1, 2.0), 5.0):
        w, X, y = problem(draw)
        with hint("penalty" if l2 else "loss"):
            close(student.logistic_loss_grad(w, X, y, l2)[0], right_loss(w, X, y, l2))


@pytest.mark.weight(3)
def test_gradient(student, draw):
    """The gradient is the one of the formula"""
    for l2 in (0.0, 0.0, draw.rng.uniform(0.1, 2.0), 5.0):
        w, X, y = problem(draw)
        with hint("penalty" if l2 else "gradient"):
            close(student.logistic_loss_grad(w, X, y, l2)[1], right_gradient(w, X, y, l2))


@pytest.mark.weight(2)
def test_gradient_is_the_slope_of_the_loss(student, draw):
    """The gradient is the slope of the loss, by central differences"""
    for l2 in (0.0, 0.3, 3.0):
        w, X, y = problem(draw)
        _, gradient = student.logistic_loss_grad(w, X, y, l2)
        measured = np.empty(len(w))
        for i in range(len(w)):
            ahead, behind = w.copy(), w.copy()
            ahead[i] += 1e-5
            behind[i] -= 1e-5
            losses = [student.logistic_loss_grad(point, X, y, l2)[0] for point in (ahead, behind)]
            measured[i] = (losses[0] - losses[1]) / 2e-5
        with hint("inconsistent"):
            assert np.shape(gradient) == w.shape
            distance = np.linalg.norm(gradient - measured)
            assert distance <= 1e-7 * (np.linalg.norm(gradient) + np.linalg.norm(measured))


@pytest.mark.weight(3)
def test_extreme_scores(student, draw):
    """Scores of +-1000 give exact losses and no overflow"""
    wrong, right = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    for size in (1000.0, float(draw.integer(750, 5000))):
        X = np.array([[size], [-size]])
        with hint("saturated"), student.errstate(over="raise", divide="raise", invalid="raise"):
            loss, gradient = student.logistic_loss_grad(np.array([1.0, 0.0]), X, wrong, 0.0)
            close(loss, size, rtol=1e-12)
            close(gradient, np.array([size, 0.0]), rtol=1e-12)
            loss, gradient = student.logistic_loss_grad(np.array([1.0, 0.0]), X, right, 0.0)
            close(loss, 0.0)
            close(gradient, np.zeros(2))


@pytest.mark.weight(1)
def test_convex(student, draw):
    """The loss bends upwards everywhere"""
    for l2 in (0.0, 0.5, 0.1):
        w, X, y = problem(draw)
        ends = [w + 2 * draw.vector(len(w)) for _ in range(2)]
        middle, *sides = (student.logistic_loss_grad(point, X, y, l2)[0] for point in (sum(ends) / 2, *ends))
        assert middle <= sum(sides) / 2 + 1e-12, hint("convex")


@pytest.mark.weight(1)
def test_every_sample_twice(student, draw):
    """Every sample twice changes neither loss nor gradient"""
    for l2 in (0.0, 0.7):
        w, X, y = problem(draw)
        once = student.logistic_loss_grad(w, X, y, l2)
        twice = student.logistic_loss_grad(w, np.vstack([X, X]), np.append(y, y), l2)
        with hint("mean"):
            close(twice[0], once[0])
            close(twice[1], once[1])


@pytest.mark.weight(1)
def test_labels(student, draw):
    """Labels other than 0 and 1 are refused"""
    w, X, y = problem(draw)
    for wrong in (2 * y - 1, np.where(np.arange(len(y)) == 1, 0.5, y), 2 * y, y + 1):
        with hint("labels"), pytest.raises(ValueError):
            student.logistic_loss_grad(w, X, wrong, 0.1)
    for same in (np.zeros(len(y)), np.ones(len(y))):
        with hint("labels"):
            close(student.logistic_loss_grad(w, X, same, 0.0)[0], right_loss(w, X, same, 0.0), rtol=1e-3)


@pytest.mark.weight(2)
@pytest.mark.limit(20)
def test_speed(student, draw, reference):
    """Fast: n = 200,000 samples with d = 5"""
    w, X = draw.vector(6), draw.rng.random((200_000, 5))
    y = (draw.rng.random(200_000) < 0.4).astype(float)
    with hint("loop"):
        (loss, gradient), seconds = student.cpu_seconds("logistic_loss_grad", w, X, y, 0.1)
    with hint("loss"):
        close(loss, right_loss(w, X, y, 0.1), rtol=1e-6)
        assert np.shape(gradient) == (6,)
    with hint("loop"):
        # the reference is timed only for those who need more than the floor, on a slow machine for example
        assert seconds <= FLOOR_SECONDS or seconds <= 20 * seconds_of(reference.logistic_loss_grad, w, X, y, 0.1)


def seconds_of(function, *args):
    """Least processor time of five calls here, in the judge."""
    least = float("inf")
    for _ in range(5):
        start = time.process_time()
        function(*args)
        least = min(least, time.process_time() - start)
    return least

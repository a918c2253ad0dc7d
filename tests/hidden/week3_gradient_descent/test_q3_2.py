"""Hidden suite of Q3.2: least squares with optional ridge."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "shape": "The result is one float64 vector of shape (d + 1,): the weights and then the intercept. Not a pair, "
    "and not a column.",
    "purity": "Your code changed X or y: X -= X.mean(axis=0) works in place. Make a new array.",
    "order": "Weights and intercept are in the wrong order: the intercept comes last.",
    "no-intercept": "Your fit goes through the origin: with all x = 0 it should predict the intercept b, and b is "
    "part of what is fitted.",
    "mean-is-not-intercept": "The weights are right, and the intercept is not. After centring, b is mean(y) minus "
    "what the weights predict at the mean of x.",
    "least-squares": "The weights of some data set are not those of the least squared error. Check the centring, "
    "or the column of ones, with one feature and numbers for which you know the answer.",
    "ridge": "With a penalty the weights are not those that minimise mean of squares + l2 * |w|^2. Work out one "
    "feature by hand: the slope is covariance / (variance + l2), with no factor 1/2 and no division of the "
    "features by their sizes.",
    "few-samples": "With a penalty and fewer samples than features there is one best fit, and yours is another "
    "one. X^T X alone has no inverse here, but with the penalty it has.",
    "orthogonal": "At the minimum the residuals are orthogonal to every column of X and sum to 0. Yours are not: "
    "the result is near the minimum at best.",
    "shrink": "With a larger penalty the weights should become smaller, down to 0, and the prediction should "
    "become the mean of y. A penalised intercept is pulled to 0 as well.",
    "intercept-penalised": "Adding a constant to y should move the intercept by that constant and leave the "
    "weights as they are. Yours change: the intercept is penalised.",
    "times-n": "Every sample twice is the same problem, and should have the same solution. With a penalty yours "
    "differs: the squares are averaged (1/n), so that against X^T X the penalty counts n times.",
    "duplicate": "Where columns of X repeat each other, the best fit should be found without an exception, and of "
    "all best fits the one with the smallest |w|: equal columns share the work equally. X^T X has no inverse here.",
    "ill-conditioned": "On columns that nearly repeat each other your squared error is clearly larger than the "
    "least one. The inverse of X^T X has lost all digits: use a solver that works on X itself.",
    "real-data": "On the diabetes data your fit explains less of the variance than the best linear fit does.",
}


def regression(draw, n=None, d=None):
    """Data of a linear relation with noise; means are far from 0, so that a lost intercept shows."""
    drawn_n, drawn_d = draw.sizes()
    n, d = n or drawn_n + 6, d or drawn_d
    X = draw.matrix(n, d) + draw.rng.uniform(1.0, 3.0, d) * draw.rng.choice([-1.0, 1.0], d)
    y = X @ draw.vector(d) + draw.rng.uniform(3.0, 6.0) + 0.3 * draw.vector(n)
    return X, y


def fitted(student, *given):
    """The student's vector, made flat: who returns a column has paid for it in the first test."""
    answer = student.least_squares(*given)
    with hint("shape"):
        assert np.size(answer) == given[0].shape[1] + 1
        return np.ravel(answer)


def by_normal_equations(X, y, l2):
    """For well-conditioned problems: the gradient of the stated loss, set to zero."""
    n, d = X.shape
    ones = np.column_stack([X, np.ones(n)])
    return np.linalg.solve(ones.T @ ones / n + l2 * np.diag(np.append(np.ones(d), 0.0)), ones.T @ y / n)


def slip(answer, right, X, y):
    """The hint for a slip that can be told from the numbers."""
    if np.allclose(np.roll(answer, -1), right):
        return hint("order")
    if np.allclose(answer[:-1], right[:-1]):
        return hint("mean-is-not-intercept")
    if abs(answer[-1]) < 1e-12 or np.allclose(answer[:-1], np.linalg.lstsq(X, y, rcond=None)[0]):
        return hint("no-intercept")
    return hint("least-squares")


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """The result is float64 of shape (d + 1,); integers are welcome"""
    n, d = draw.integer(9, 13), draw.integer(2, 5)
    X, y = draw.rng.integers(-9, 10, size=(n, d)), draw.rng.integers(-9, 10, size=n)
    for given in ((X, y), (X, y, 1), (X.astype(float), y.astype(float), 0.5)):
        with hint("shape"):
            answer = student.least_squares(*given)
            assert answer.shape == (d + 1,)
            assert answer.dtype == np.float64


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """Your arguments are not modified"""
    given = regression(draw)
    kept = [student.put(part) for part in given]
    for l2 in (0.0, 0.5):
        student.least_squares(*kept, l2)
    for part, after in zip(given, kept, strict=True):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(3)
def test_least_squares(student, draw):
    """Without a penalty: weights and intercept of the least squared error"""
    for _ in range(4):
        X, y = regression(draw)
        right = np.linalg.lstsq(np.column_stack([X, np.ones(len(y))]), y, rcond=None)[0]
        answer = fitted(student, X, y)
        with slip(answer, right, X, y):
            close(answer, right, rtol=1e-7, atol=1e-9)


@pytest.mark.weight(3)
def test_ridge(student, draw):
    """With a penalty: weights and intercept of the least penalised error"""
    for l2 in (0.03, 0.4, draw.rng.uniform(0.5, 3.0)):
        X, y = regression(draw)
        answer, right = fitted(student, X, y, l2), by_normal_equations(X, y, l2)
        with hint("order" if np.allclose(np.roll(answer, -1), right) else "ridge"):
            close(answer, right, rtol=1e-7, atol=1e-9)
    X, y = regression(draw, 4, 6)
    with hint("few-samples"):
        close(fitted(student, X, y, 0.3), by_normal_equations(X, y, 0.3), rtol=1e-7, atol=1e-9)


@pytest.mark.weight(1)
def test_residuals_are_orthogonal(student, draw):
    """The residuals are orthogonal to every column and sum to 0"""
    for _ in range(3):
        X, y = regression(draw)
        answer = fitted(student, X, y)
        residual = y - X @ answer[:-1] - answer[-1]
        with hint("orthogonal"):
            close(np.append(X.T @ residual, residual.sum()), np.zeros(X.shape[1] + 1), atol=1e-7)


@pytest.mark.weight(1)
def test_penalty_shrinks_the_weights(student, draw):
    """A larger penalty means smaller weights, and in the end the mean of y"""
    X, y = regression(draw)
    answers = [fitted(student, X, y, l2) for l2 in (0.0, 0.01, 0.3, 10.0, 1e7)]
    with hint("shrink"):
        lengths = [np.linalg.norm(answer[:-1]) for answer in answers]
        assert all(longer > shorter for longer, shorter in pairwise(lengths))
        assert lengths[-1] < 1e-4
        close(answers[-1][-1], y.mean(), rtol=1e-3, atol=1e-3)


@pytest.mark.weight(2)
def test_shift_of_y(student, draw):
    """Adding a constant to y moves only the intercept"""
    for l2 in (0.2, 2.0):
        X, y = regression(draw)
        shift = draw.rng.uniform(20.0, 60.0)
        with hint("intercept-penalised"):
            moved = fitted(student, X, y + shift, l2) - fitted(student, X, y, l2)
            close(moved, np.append(np.zeros(X.shape[1]), shift), rtol=1e-7, atol=1e-7)


@pytest.mark.weight(2)
def test_every_sample_twice(student, draw):
    """Every sample twice is the same problem"""
    for l2 in (0.2, 2.0):
        X, y = regression(draw)
        with hint("times-n"):
            twice = fitted(student, np.vstack([X, X]), np.append(y, y), l2)
            close(twice, fitted(student, X, y, l2), rtol=1e-7, atol=1e-9)


@pytest.mark.weight(2)
def test_columns_that_repeat(student, draw):
    """Of all best fits the one with the smallest weights, where columns repeat each other"""
    for _ in range(3):
        X, y = regression(draw)
        X = np.column_stack([X, X[:, 0], X[:, 1], X[:, 0]])
        deviations = X - X.mean(axis=0)
        right = np.linalg.pinv(deviations, rcond=1e-10) @ (y - y.mean())
        with hint("duplicate"):
            answer = fitted(student, X, y)
            residual = y - X @ answer[:-1] - answer[-1]
            best = y - y.mean() - deviations @ right
            assert np.linalg.norm(residual) <= np.linalg.norm(best) * (1 + 1e-6)
            assert np.linalg.norm(answer[:-1]) <= np.linalg.norm(right) * (1 + 1e-6)


@pytest.mark.weight(1)
def test_columns_that_nearly_repeat(student, draw):
    """The least error is found also where columns nearly repeat each other"""
    for _ in range(3):
        t = np.sort(draw.rng.uniform(0.0, 1.0, 60))
        X = t[:, None] ** np.arange(1, 13)
        y = np.sin(6 * t + draw.rng.uniform(0, 3)) + 1e-3 * draw.vector(60)
        ones = np.column_stack([X, np.ones(60)])
        best = np.linalg.norm(y - ones @ np.linalg.lstsq(ones, y, rcond=None)[0])
        with hint("ill-conditioned"):
            answer = fitted(student, X, y)
            assert np.linalg.norm(y - ones @ answer) <= 1.01 * best + 1e-8 * np.linalg.norm(y)


@pytest.mark.weight(1)
def test_diabetes(student, draw):
    """On the diabetes data the fit explains as much as the best linear fit"""
    chosen = draw.rng.permutation(len(PATIENTS))[:300]
    X, y = PATIENTS[chosen, :10], PATIENTS[chosen, 10]
    ones = np.column_stack([X, np.ones(300)])
    best = np.linalg.norm(y - ones @ np.linalg.lstsq(ones, y, rcond=None)[0])
    with hint("real-data"):
        answer = fitted(student, X, y)
        assert np.linalg.norm(y - ones @ answer) <= best * (1 + 1e-7)


PATIENTS = np.loadtxt(Path(__file__).with_name("diabetes.csv"), delimiter=",", skiprows=1)

"""Hidden suite of Q1.1: standardise columns."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "scaler": "fit_scaler returns Scaler(mean, scale), and both are float64 vectors with one entry a column: shape "
    "(d,), not (1, d) and not a number. apply_scaler returns float64 in the shape of its input.",
    "axis": "Something is averaged over the wrong axis, or over all of the matrix at once. Samples are rows: axis 0 "
    "should vanish, and what remains has shape (d,).",
    "ddof": "Your scale is a little too large on every column: it divides by n - 1. The population standard deviation "
    "divides by n.",
    "statistics": "The mean or the scale of a column is not what the formulas in the text say. Try a single column "
    "with numbers for which you know the answer.",
    "standardised": "After apply_scaler the columns of the fit set should have mean 0 and variance 1, and fitting once "
    "more should find nothing left to do. Subtract the mean first, then divide by the scale.",
    "refit": "New data must be scaled with the statistics of the fit set. Your result depends on the new rows' own "
    "statistics, or on a fit other than the one that was passed in: use the scaler argument and nothing else.",
    "constant": "A column whose entries are all equal should get the scale 1, so that it becomes 0 and not inf or NaN. "
    "Compare the largest with the smallest entry: the computed standard deviation of equal numbers may be 1e-17.",
    "small-is-not-constant": "A column of very small but different numbers is not constant: it should end with "
    "variance 1 like any other. A tolerance such as that of np.isclose takes it for zero.",
    "purity": "Your code changed the array that it was given: X -= ... works in place. Make a new array.",
}


def unequal_columns(draw, n, d):
    """Columns of different places and sizes, so that a statistic of the wrong axis cannot hide."""
    return draw.rng.normal(size=(n, d)) * draw.rng.uniform(0.5, 20.0, d) + draw.rng.uniform(-30.0, 30.0, d)


def fitted(student, X):
    """The student's scaler of X and its two vectors.

    Read by position and made flat: who returns a plain tuple, or shape (1, d), has paid for it in the first test.
    """
    scaler = student.fit_scaler(X)
    mean, scale = scaler
    assert np.size(mean) == np.size(scale) == X.shape[1], hint("axis")
    return scaler, np.ravel(mean), np.ravel(scale)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """fit_scaler returns a Scaler of two float64 vectors; integers are welcome"""
    n, d = draw.sizes()
    X = draw.rng.integers(-9, 10, size=(n, d))
    with hint("scaler"):
        scaler = student.fit_scaler(X)
        for part in (scaler.mean, scaler.scale):
            assert part.shape == (d,)
            assert part.dtype == np.float64
        Z = student.apply_scaler(X, scaler)
        assert Z.shape == (n, d)
        assert Z.dtype == np.float64


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """Your arguments are not modified"""
    X = unequal_columns(draw, *draw.sizes())
    kept = student.put(X)
    scaler = student.fit_scaler(kept)
    student.apply_scaler(kept, scaler)
    assert np.array_equal(kept.get(), X), hint("purity")


@pytest.mark.weight(3)
def test_mean_and_scale_of_each_column(student, draw):
    """Each column has its own mean and population standard deviation"""
    for _ in range(4):
        n, d = draw.sizes()
        X = unequal_columns(draw, n, d)
        _, mean, scale = fitted(student, X)
        centre = X.sum(axis=0) / n
        population = np.sqrt(((X - centre) ** 2).sum(axis=0) / n)
        with hint("statistics"):
            close(mean, centre)
        with hint("ddof" if np.allclose(scale, population * np.sqrt(n / (n - 1))) else "statistics"):
            close(scale, population)


@pytest.mark.weight(2)
def test_fit_set_becomes_standard(student, draw):
    """The transformed fit set has mean 0 and variance 1, and a second fit finds nothing to do"""
    for _ in range(3):
        n, d = draw.sizes()
        X = unequal_columns(draw, n, d)
        Z = student.apply_scaler(X, student.fit_scaler(X))
        with hint("standardised"):
            close(Z.mean(axis=0), np.zeros(d), atol=1e-12)
            close(Z.var(axis=0), np.ones(d), rtol=1e-12)
            _, mean, scale = fitted(student, Z)
            close(mean, np.zeros(d), atol=1e-12)
            close(scale, np.ones(d), rtol=1e-12)


@pytest.mark.weight(3)
def test_new_rows_use_the_fit_set(student, draw):
    """New rows are scaled with the statistics of the fit set that is passed in"""
    n, d = draw.sizes()
    first = unequal_columns(draw, n, d)
    scaler, mean, scale = fitted(student, first)
    fitted(student, unequal_columns(draw, n, d))  # a second fit must not replace the first
    for m in (n + 3, 2, 1):
        X = unequal_columns(draw, m, d)
        # the student's own statistics: what is wrong with them has cost its points above
        with hint("refit"):
            close(student.apply_scaler(X, scaler), (X - mean) / scale)


@pytest.mark.weight(2)
def test_constant_column(student, draw):
    """A constant column gets the scale 1 and becomes 0"""
    value = draw.rng.uniform(-30.0, 30.0)
    X = unequal_columns(draw, 7, 4)
    X[:, 1], X[:, 3] = 0.1, value
    scaler, _, scale = fitted(student, X)
    with hint("constant"):
        assert scale[1] == scale[3] == 1
        assert (scale > 0).all()
        Z = student.apply_scaler(X, scaler)
        close(Z[:, [1, 3]], np.zeros((7, 2)), atol=1e-12)
        shifted = student.apply_scaler(X + 1.0, scaler)
        close(shifted[:, [1, 3]], np.ones((7, 2)), atol=1e-12)
        one_row = X[:1]  # every column of a single row is constant
        scaler, _, scale = fitted(student, one_row)
        close(scale, np.ones(4))
        close(student.apply_scaler(one_row, scaler), np.zeros((1, 4)), atol=1e-12)


@pytest.mark.weight(1)
def test_small_numbers_are_not_constant(student, draw):
    """A column of very small numbers is scaled like any other"""
    X = draw.matrix(8, 3)
    X[:, 1] *= 1e-9
    with hint("small-is-not-constant"):
        spread = student.apply_scaler(X, student.fit_scaler(X)).std(axis=0)
        # generous: n or n - 1 is not the question here
        assert ((0.5 < spread) & (spread < 2.0)).all()

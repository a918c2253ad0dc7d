"""Hidden suite of Q1.3: one-hot encoding."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "float64": "one_hot returns a float64 array: the zeros and ones will be multiplied and added.",
    "shape": "One row a label, one column a class: the result has shape (n, K).",
    "n-classes": "The number of columns is n_classes where it is given, else max(y) + 1: a class that does not occur "
    "in y still has a column of its own. Counting the different labels is not the same.",
    "encoding": "Row i should be 1 at column y[i] and 0 everywhere else. Write out the matrix for y = [1, 0] by hand.",
    "reads-back": "Every row should sum to 1, and argmax along the classes should return the labels.",
    "negative-label": "A negative label should raise ValueError. As an index, -1 means the last class and goes "
    "unnoticed.",
    "too-large": "A label that is not below n_classes should raise ValueError, not IndexError, and should not become "
    "a row of zeros.",
    "float-labels": "Labels of a float dtype should raise ValueError, even when they are whole numbers: check the "
    "dtype, do not convert.",
    "no-labels": "No labels: with n_classes the result has shape (0, n_classes); without, the number of classes is "
    "unknown and ValueError is right.",
}


def by_hand(y, k):
    return np.array([[1.0 if label == column else 0.0 for column in range(k)] for label in y])


def labels(draw):
    """Labels in no order, of k classes that all occur, in a number that is not k."""
    k = draw.integer(3, 7)
    return draw.labels(k + draw.integer(2, 7), k), k


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """The result is float64 of shape (n, K), for every integer type"""
    y, k = labels(draw)
    for dtype in (np.int64, np.int32, np.uint8):
        encoded = student.one_hot(y.astype(dtype), k)
        assert encoded.shape == (len(y), k), hint("shape")
        assert encoded.dtype == np.float64, hint("float64")


@pytest.mark.weight(4)
def test_rows_are_unit_vectors(student, draw):
    """Row i is the unit vector of y[i]"""
    for given in (False, True, False):
        y, k = labels(draw)
        encoded = student.one_hot(y, k) if given else student.one_hot(y)
        assert encoded.shape != (k, len(y)), hint("shape")
        assert encoded.shape == (len(y), k), hint("n-classes")
        with hint("encoding"):
            close(encoded, by_hand(y, k))


@pytest.mark.weight(1)
def test_rows_read_back(student, draw):
    """Rows sum to 1, and argmax gives the labels back"""
    for _ in range(3):
        y, k = labels(draw)
        encoded = student.one_hot(y, k)
        with hint("reads-back"):
            close(encoded.sum(axis=1), np.ones(len(y)))
            assert np.array_equal(encoded.argmax(axis=1), y)


@pytest.mark.weight(2)
def test_absent_classes_have_columns(student, draw):
    """A class that does not occur has a column all the same"""
    y, k = labels(draw)
    gap = draw.integer(0, k - 1)
    y = y[y != gap]
    with hint("n-classes"):
        close(student.one_hot(y), by_hand(y, k))
        more = k + draw.integer(1, 4)
        close(student.one_hot(y, more), by_hand(y, more))
        close(student.one_hot(y[:1], n_classes=more), by_hand(y[:1], more))


def refused(student, draw, spoil, name):
    """Good labels are encoded; the same labels with one of them spoiled raise ValueError."""
    y, k = labels(draw)
    with hint("encoding"):
        close(student.one_hot(y, k), by_hand(y, k))
    with hint(name), pytest.raises(ValueError):
        student.one_hot(spoil(y, k), k)


@pytest.mark.weight(1)
def test_negative_labels_are_refused(student, draw):
    """A negative label raises ValueError"""

    def spoil(y, k):
        y[draw.integer(0, len(y))] = -draw.integer(1, k + 1)
        return y

    refused(student, draw, spoil, "negative-label")


@pytest.mark.weight(1)
def test_too_large_labels_are_refused(student, draw):
    """A label that is not below n_classes raises ValueError"""

    def spoil(y, k):
        y[draw.integer(0, len(y))] = k
        return y

    refused(student, draw, spoil, "too-large")


@pytest.mark.weight(1)
def test_float_labels_are_refused(student, draw):
    """Labels of a float dtype raise ValueError"""
    refused(student, draw, lambda y, k: y.astype(np.float64), "float-labels")


@pytest.mark.weight(1)
def test_no_labels(student, draw):
    """No labels: no rows, and an error where the number of classes is unknown"""
    k = draw.integer(2, 7)
    none = np.zeros(0, dtype=np.int64)
    with hint("no-labels"):
        assert student.one_hot(none, k).shape == (0, k)
        with pytest.raises(ValueError):
            student.one_hot(none)

"""Hidden suite of Q1.2: linear maps and boolean selection."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "float64": "linear_map returns float64 in the shape (n, p), one row a sample, also when the input holds integers.",
    "transpose": "x_i is a row here: A x_i for all i at once is X A^T. Your result is what A^T would give, or the "
    "shapes do not fit at all unless A is square.",
    "map": "The rows of the result are not A x_i (+ b). Compare one row with A @ X[i] + b.",
    "offset": "Without b your map is right, with b it is not: every row of the result gets the whole vector b added, "
    "once, and b = None means no offset. A test such as `if b:` has no answer for an array; ask `b is not None`.",
    "linear": "Without an offset the map must be linear: f(c X + Y) = c f(X) + f(Y), and a row's result must not "
    "depend on the other rows.",
    "rotation": "A rotation by an angle should keep every length and send (1, 0) to (cos, sin). Yours turns the other "
    "way round or changes lengths: see the transpose in the text.",
    "no-samples": "With no samples there are still p outputs: X of shape (0, d) should give shape (0, p), and the "
    "selection shape (0,) with dtype bool.",
    "mask": "select_positive returns an array of dtype bool, shape (n,): the comparison itself, not 0 and 1.",
    "strict": "A point exactly on the boundary, x'_1 = 0, is not selected: the inequality is strict.",
    "first-coordinate": "The selection should look at the first coordinate of A x, that is at the first row of A, and "
    "at nothing else.",
    "purity": "Your code changed an array that it was given. Make a new one: Y = Y + b instead of an update in place.",
}


def problem(draw):
    """X, A and b with three different sizes n, p, d: shapes that fit by accident do not occur."""
    n, d = draw.sizes()
    p = int(draw.rng.choice([size for size in range(2, 8) if size not in (n, d)]))
    return draw.matrix(n, d), draw.matrix(p, d), draw.vector(p)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """float64 of shape (n, p), a selection of dtype bool; arguments are not modified"""
    n, d = draw.sizes()
    p = d + 1
    X, A = draw.rng.integers(-5, 6, size=(n, d)), draw.rng.integers(-5, 6, size=(p, d))
    Y = student.linear_map(X, A)
    assert Y.shape == (n, p), hint("float64")
    assert Y.dtype == np.float64, hint("float64")
    chosen = student.select_positive(X, A)
    assert chosen.shape == (n,), hint("mask")
    assert chosen.dtype == np.bool_, hint("mask")
    X, A, _ = problem(draw)
    kept = [student.put(value) for value in (X, A)]
    student.linear_map(*kept)
    for value, after in zip((X, A), kept, strict=True):
        assert np.array_equal(after.get(), value), hint("purity")


@pytest.mark.weight(3)
def test_map_without_offset(student, draw):
    """linear_map(X, A) is A x for every row x"""
    for _ in range(3):
        X, A, _ = problem(draw)
        with hint("transpose"):
            Y = student.linear_map(X, A)
            assert Y.shape == (len(X), len(A))
        with hint("map"):
            close(Y, np.array([[row @ x for row in A] for x in X]))
    A = draw.matrix(3, 3)  # square: here X A would fit as well
    X = draw.matrix(5, 3)
    Y = student.linear_map(X, A)
    with hint("transpose" if np.shape(Y) == (5, 3) and np.allclose(Y, X @ A) else "map"):
        close(Y, np.array([A @ x for x in X]))


@pytest.mark.weight(2)
def test_map_with_offset(student, draw):
    """linear_map(X, A, b) adds b to every row"""
    for _ in range(3):
        X, A, b = problem(draw)
        plain = student.linear_map(X, A)
        assert np.shape(plain) == (len(X), len(A)), hint("transpose")
        # compared with the student's own map: a wrong map has cost its points above
        with hint("offset"):
            close(student.linear_map(X, A, b), plain + b)
            close(student.linear_map(X, A, b=np.zeros(len(b))), plain)


@pytest.mark.weight(1)
def test_map_is_linear(student, draw):
    """Without b the map is linear, and rows do not influence each other"""
    X, A, _ = problem(draw)
    Y = draw.matrix(*X.shape)
    c = draw.rng.uniform(2.0, 5.0)
    with hint("linear"):
        f_X, f_Y = student.linear_map(X, A), student.linear_map(Y, A)
        assert np.shape(f_X) == np.shape(f_Y) == (len(X), len(A))
        close(student.linear_map(c * X + Y, A), c * f_X + f_Y)
        close(student.linear_map(X[2:4], A), f_X[2:4])


@pytest.mark.weight(1)
def test_rotation(student, draw):
    """A rotation keeps lengths and turns to the left"""
    for angle in draw.rng.uniform(0.2, 1.3, size=3):
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        X = np.vstack([[1.0, 0.0], draw.matrix(6, 2)])
        with hint("rotation"):
            Y = student.linear_map(X, rotation)
            close(Y[0], np.array([np.cos(angle), np.sin(angle)]))
            close(np.hypot(Y[:, 0], Y[:, 1]), np.hypot(X[:, 0], X[:, 1]))


@pytest.mark.weight(1)
def test_no_samples(student, draw):
    """No samples: no rows, but still p columns"""
    _, A, _ = problem(draw)
    nothing = np.zeros((0, A.shape[1]))
    with hint("no-samples"):
        assert student.linear_map(nothing, A).shape == (0, len(A))
        assert student.select_positive(nothing, A).shape == (0,)


@pytest.mark.weight(2)
def test_selection(student, draw):
    """select_positive looks at the first coordinate of A x"""
    for _ in range(4):
        X, A, _ = problem(draw)
        chosen = student.select_positive(X, A)
        assert np.shape(chosen) == (len(X),), hint("mask")
        assert np.array_equal(chosen, [A[0] @ x > 0 for x in X]), hint("first-coordinate")


@pytest.mark.weight(1)
def test_boundary_is_not_selected(student, draw):
    """A point exactly on the boundary is not selected"""
    # small whole numbers: every product is exact, in any order of summation
    u, v = draw.integer(1, 6), draw.integer(1, 6)
    A = np.array([[u, -v], [draw.integer(1, 6), draw.integer(1, 6)], [1, 1]], dtype=float)
    on_it = np.array([[v, u], [-v, -u], [0, 0], [3 * v, 3 * u]], dtype=float)
    beside = np.array([[v + 1, u], [v, u + 1]], dtype=float)
    chosen = student.select_positive(np.vstack([on_it, beside]), A)
    with hint("strict"):
        assert not np.any(chosen[:4])
        assert np.array_equal(chosen[4:], [True, False])

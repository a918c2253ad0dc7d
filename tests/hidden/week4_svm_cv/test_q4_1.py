"""Hidden suite of Q4.1: soft-margin objective and subgradient, vectorised."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, fast_enough, hint

HINTS = {
    "types": "svm_objective returns one number; svm_subgradient returns two things: a float64 vector of shape (d,) "
    "and one number. Integers in X are welcome.",
    "purity": "Your code changed an array that it was given. `g = w` makes no copy: `g -= ...` then changes w as "
    "well.",
    "objective": "The objective is not what the formula says. Compute the margins y f(x) of three samples by hand, "
    "then the slacks, and compare each part.",
    "sum": "Your slack term is n times too small: the formula has the sum over the samples, not the mean.",
    "half": "Your objective has ||w||^2 where the formula has half of it.",
    "bias": "Your objective or subgradient penalises b. Only w is penalised: the street may lie anywhere.",
    "squared": "You add up squared slacks. That is another machine (the L2-SVM); here the slack counts as it is.",
    "sign": "A sample on its right side and far away should have no slack: 1 minus the margin, not 1 plus.",
    "zero": "With w = 0 and b = 0 every margin is 0 and every slack is 1: the objective should be C times n.",
    "subgradient": "Your subgradient does not describe how the objective changes. Check the sign of the slack term, "
    "its factor C, and that samples without slack have no part in it.",
    "touches-from-below": "A subgradient is the slope of a line that touches J and never lies above it. Yours does "
    "at some points: is it the one of a different function, or does it point uphill?",
    "satisfied": "Where all margins are larger than 1, only the penalty is left: the subgradient is (w, 0).",
    "kink": "A sample exactly at the kink (margin 1) should have no part in the subgradient: compare with <, not <=.",
    "loop": "Your code is too slow for 400 000 samples: a Python loop over them does one tiny operation at a time. "
    "All margins together are one product of the matrix X with w.",
}


def objective(w, b, X, y, C):
    """The formula, sample by sample."""
    slack = sum(max(0.0, 1.0 - side * (float(x @ w) + b)) for x, side in zip(X, y, strict=True))
    return 0.5 * float(w @ w) + C * slack


def sides(draw, n):
    """Labels -1 and +1, both present and not equally many."""
    y = np.where(draw.rng.random(n) < draw.rng.uniform(0.3, 0.7), 1, -1)
    y[:3] = [1, 1, -1]
    return draw.rng.permutation(y).astype(np.int64)


def problem(draw):
    n, d = draw.sizes()
    C = float(draw.rng.uniform(1.3, 6.0))
    return draw.vector(d), float(draw.rng.normal()) + 0.5, draw.matrix(n, d), sides(draw, n), C


def which_slip(value, w, b, X, y, C):
    """The hint for a wrong objective that is the right one of another formula."""
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    half, total = 0.5 * (w @ w), C * slack.sum()
    slips = {
        "sum": half + total / len(y),
        "half": 2 * half + total,
        "bias": half + 0.5 * b * b + total,
        "squared": half + C * (slack**2).sum(),
        "sign": half + C * np.maximum(0.0, 1.0 + y * (X @ w + b)).sum(),
    }
    found = [name for name, slip in slips.items() if np.ndim(value) == 0 and np.isclose(value, slip, rtol=1e-9)]
    return found[0] if found else "objective"


def slope(student, *given):
    """The student's subgradient, made flat: who returns a column has paid for it in the first test."""
    g_w, g_b = student.svm_subgradient(*given)
    return np.ravel(g_w), np.squeeze(g_b)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """One number, and a vector with one number; arguments are not modified"""
    w, b, X, y, C = problem(draw)
    whole = draw.rng.integers(-5, 6, size=X.shape)
    for data in (X, whole):
        with hint("types"):
            value = student.svm_objective(w, b, data, y, C)
            assert np.ndim(value) == 0
            assert isinstance(value, (float, np.floating, np.ndarray))
            g_w, g_b = student.svm_subgradient(w, b, data, y, C)
            assert g_w.shape == w.shape
            assert g_w.dtype == np.float64
            assert np.ndim(g_b) == 0
    kept = [student.put(value) for value in (w, X, y)]
    student.svm_objective(kept[0], b, kept[1], kept[2], C)
    student.svm_subgradient(kept[0], b, kept[1], kept[2], C)
    for value, after in zip((w, X, y), kept, strict=True):
        assert np.array_equal(after.get(), value), hint("purity")


@pytest.mark.weight(4)
def test_objective(student, draw):
    """The objective is half the squared length of w plus C times the sum of the slacks"""
    for _ in range(5):
        given = problem(draw)
        value = student.svm_objective(*given)
        with hint(which_slip(value, *given)):
            close(value, objective(*given))


@pytest.mark.weight(1)
def test_objective_at_zero(student, draw):
    """With w = 0 and b = 0 the objective is C n"""
    for _ in range(2):
        w, _, X, y, C = problem(draw)
        with hint("zero"):
            close(student.svm_objective(0 * w, 0.0, X, y, C), C * len(y))


def away_from_kinks(draw):
    """A problem in which no margin is near 1, so that the objective is smooth around (w, b)."""
    while True:
        w, b, X, y, C = problem(draw)
        margins = y * (X @ w + b)
        if np.abs(1.0 - margins).min() > 1e-3 and (margins < 1).any() and (margins > 1).any():
            return w, b, X, y, C


@pytest.mark.weight(4)
def test_subgradient_is_the_slope(student, draw):
    """Away from the kinks the subgradient agrees with differences of the objective"""
    for _ in range(4):
        w, b, X, y, C = away_from_kinks(draw)
        h = 1e-5
        slopes = [
            (objective(w + h * e, b, X, y, C) - objective(w - h * e, b, X, y, C)) / (2 * h) for e in np.eye(len(w))
        ]
        slopes = np.array([*slopes, (objective(w, b + h, X, y, C) - objective(w, b - h, X, y, C)) / (2 * h)])
        with hint("subgradient"):
            found = np.append(*slope(student, w, b, X, y, C))
            assert found.shape == slopes.shape
        penalised = slopes + np.append(0 * w, b)
        with hint("bias" if np.allclose(found, penalised, rtol=1e-6) else "subgradient"):
            # norm-wise: a right one is within 1e-9, a wrong factor or sign at 1e-2 or more
            assert np.linalg.norm(found - slopes) <= 1e-7 * (np.linalg.norm(found) + np.linalg.norm(slopes))


@pytest.mark.weight(2)
def test_subgradient_inequality(student, draw):
    """The subgradient is the slope of a line that touches the objective from below"""
    for _ in range(3):
        # whole numbers: many margins lie exactly at the kink, where every subgradient is welcome
        n, d = draw.sizes()
        X = draw.rng.integers(-2, 3, size=(n, d)).astype(float)
        w, b = draw.rng.integers(-1, 2, size=d).astype(float), float(draw.integer(-1, 2))
        y, C = sides(draw, n), float(draw.rng.uniform(1.3, 6.0))
        here = objective(w, b, X, y, C)
        g_w, g_b = slope(student, w, b, X, y, C)
        with hint("touches-from-below"):
            assert np.shape(g_w) == w.shape
            for size in (0.01, 0.3, 3.0):
                for _ in range(6):
                    step, step_b = draw.vector(d, size), float(draw.rng.normal()) * size
                    there = objective(w + step, b + step_b, X, y, C)
                    assert there >= here + g_w @ step + g_b * step_b - 1e-9 * (1 + here + there)


@pytest.mark.weight(1)
def test_all_satisfied(student, draw):
    """Where every margin is larger than 1, only the penalty is left"""
    for _ in range(2):
        w, b, X, y, C = problem(draw)
        wanted = y * draw.rng.uniform(1.2, 4.0, len(y))
        X = X + np.outer(wanted - X @ w - b, w) / (w @ w)  # along w until f(x) is as wanted
        with hint("satisfied"):
            close(slope(student, w, b, X, y, C), (w, 0.0), atol=1e-12)


@pytest.mark.weight(1)
def test_at_the_kink(student, draw):
    """A sample exactly at the kink has no part in the subgradient"""
    # whole numbers and w = (1, 0, ...): f(x) = x_0 exactly. Two samples at the kink, two inside, two beyond.
    d = draw.integer(2, 5)
    X = draw.rng.integers(-4, 5, size=(6, d)).astype(float)
    y = np.array([1, -1, 1, -1, 1, -1])
    X[:, 0] = y * np.array([1.0, 1.0, 0.0, -2.0, 3.0, 2.0])
    order = draw.rng.permutation(6)
    w, C = np.eye(d)[0], float(draw.integer(2, 9))
    g_w = w - C * (X[2] - X[3])
    with hint("kink"):
        close(slope(student, w, 0.0, X[order], y[order], C), (g_w, 0.0), atol=1e-9)


@pytest.mark.weight(2)
@pytest.mark.limit(20)
def test_speed(student, draw, reference):
    """Fast: 400 000 samples with d = 5"""
    X, y = draw.rng.normal(size=(400_000, 5)), np.where(draw.rng.random(400_000) < 0.5, 1, -1)
    w, b, C = draw.vector(5), 0.3, 2.0
    with hint("loop"):
        value, seconds = student.cpu_seconds("svm_objective", w, b, X, y, C)
        assert fast_enough(seconds, reference.svm_objective, w, b, X, y, C)
    with hint("objective"):
        close(value, reference.svm_objective(w, b, X, y, C), rtol=1e-8)
    with hint("loop"):
        value, seconds = student.cpu_seconds("svm_subgradient", w, b, X, y, C)
        assert fast_enough(seconds, reference.svm_subgradient, w, b, X, y, C)
    with hint("subgradient"):
        g_w, g_b = value
        close((np.ravel(g_w), np.squeeze(g_b)), reference.svm_subgradient(w, b, X, y, C), rtol=1e-8, atol=1e-4)

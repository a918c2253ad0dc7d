"""Hidden suite of Q4.4: from the dual to the primal. The optimal alpha comes from LIBSVM, here in the judge."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.svm import SVC

from autograder.judge import close, hint

HINTS = {
    "types": "recover_primal returns a LinearSVM: w float64 of shape (d,), b a number, support a vector of row "
    "numbers (integers, not a mask). duality_gap returns a number.",
    "purity": "Your code changed an array that it was given. Make a new one.",
    "w": "w is not the sum of alpha_i y_i x_i: each term has its alpha, its label and its sample, and there is no "
    "other factor.",
    "b": "b should be the mean of y_i - w.x_i over the free vectors, those with tol < alpha_i < C - tol.",
    "bounded": "You average over all support vectors. Those with alpha = C may lie inside the street: they say "
    "nothing exact about b. Only the free ones count.",
    "support": "The support vectors are the rows with alpha > tol: their numbers, ascending. Rows with alpha 0 (or "
    "below tol) are none, bounded ones are.",
    "tolerance": "An alpha within tol of 0 counts as 0, and one within tol of C counts as C; tol is an argument. "
    "Such rows are not free, and the former are no support vectors.",
    "kkt": "Your w and b do not fit the optimal alpha: free vectors should have margin 1, bounded ones at most 1, "
    "all others at least 1.",
    "no-free": "Without a free vector b is the midpoint of an interval. Every sample gives a bound (see the table "
    "in the text), those with alpha = 0 too; a mean over no vectors is NaN.",
    "infeasible": "An alpha below 0 or above C, or a sum of alpha_i y_i that is not 0, should raise ValueError.",
    "gap": "The duality gap is J(w, b) minus D(alpha). Check D: the sum of alpha, minus *half* of ||sum alpha_i y_i "
    "x_i||^2; and J: half of ||w||^2, plus C times the slacks.",
    "gap-at-optimum": "At the optimum the gap should be 0 up to rounding.",
    "gap-dual": "The dual value must come from alpha alone. Yours uses the w of the svm, which need not belong to "
    "alpha.",
}


def clouds(draw, n, d):
    """Two overlapping clouds, off the origin, so that b counts."""
    direction = draw.vector(d)
    direction /= np.linalg.norm(direction)
    y = draw.rng.permutation(np.where(np.arange(n) < round(0.4 * n), 1, -1))
    return draw.matrix(n, d) + np.outer(0.9 * y, direction) + draw.vector(d), y


def optimum(draw):
    """A problem and its optimal alpha, with free, bounded and zero ones, none of them near the edge of its kind."""
    while True:
        n, d, C = draw.integer(24, 36), draw.integer(2, 5), float(draw.rng.uniform(0.3, 1.0))
        X, y = clouds(draw, n, d)
        machine = SVC(kernel="linear", C=C, tol=1e-10, random_state=0).fit(X, y)
        alpha = np.zeros(n)
        alpha[machine.support_] = np.abs(machine.dual_coef_[0])
        free, bounded, zero = (alpha > 1e-3) & (alpha < C - 1e-3), alpha > C - 1e-9, alpha < 1e-9
        if (free | bounded | zero).all() and min(free.sum(), bounded.sum(), zero.sum()) >= 2 and abs(alpha @ y) < 1e-9:
            return alpha, X, y, C


def parts(svm):
    """w, b and support, by position: who returns a plain tuple has paid for it in the first test."""
    w, b, support = svm
    return np.ravel(w), b, support


def b_of(alpha, X, y, chosen):
    return float(np.mean((y - X @ ((alpha * y) @ X))[chosen]))


@pytest.fixture(autouse=True)
def right_objective(student, reference):
    """A mistake in Q4.1 is paid for there."""
    student.replace("svm_objective", reference.svm_objective)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """A LinearSVM of a float64 vector, a number and row numbers; arguments are not modified"""
    alpha, X, y, C = optimum(draw)
    kept = [student.put(value) for value in (alpha, X, y)]
    svm = student.recover_primal(*kept, C)
    with hint("types"):
        assert svm.w.shape == (X.shape[1],)
        assert svm.w.dtype == np.float64
        assert np.ndim(svm.b) == 0
        assert svm.support.ndim == 1
        assert svm.support.dtype.kind in "iu"
        assert np.ndim(student.duality_gap(kept[0], svm, kept[1], kept[2], C)) == 0
    for value, after in zip((alpha, X, y), kept, strict=True):
        assert np.array_equal(after.get(), value), hint("purity")


@pytest.mark.weight(3)
def test_w_and_b(student, draw):
    """w is the sum over the support vectors, b the mean over the free ones"""
    for _ in range(3):
        alpha, X, y, C = optimum(draw)
        w, b, _ = parts(student.recover_primal(alpha, X, y, C))
        right = sum(a * side * x for a, side, x in zip(alpha, y, X, strict=True))
        with hint("w"):
            close(w, right)
        over_all = np.isclose(b, b_of(alpha, X, y, alpha > 1e-6), rtol=1e-7)
        with hint("bounded" if over_all else "b"):
            close(b, b_of(alpha, X, y, (alpha > 1e-6) & (alpha < C - 1e-6)), rtol=1e-7, atol=1e-7)


@pytest.mark.weight(1)
def test_support(student, draw):
    """The support vectors are the rows with alpha > tol, ascending"""
    for _ in range(2):
        alpha, X, y, C = optimum(draw)
        _, _, support = parts(student.recover_primal(alpha, X, y, C))
        with hint("support"):
            close(support, np.flatnonzero(alpha > 1e-6))


@pytest.mark.weight(2)
def test_tolerance(student, draw):
    """What is within tol of 0 or of C counts as equal to it"""
    for tol, tiny in ((1e-6, 1e-8), (1e-3, 1e-4)):
        alpha, X, y, C = optimum(draw)
        zero, bounded = alpha == 0, alpha > C - 1e-9
        # a little more on one zero (or less on one bounded) alpha of each class: the sum of alpha y stays
        alpha = alpha.copy()
        pair = [np.flatnonzero(zero & (y == side))[:1] for side in (1, -1)]
        if all(len(p) for p in pair):
            alpha[np.concatenate(pair)] += tiny
        pair = [np.flatnonzero(bounded & (y == side))[:1] for side in (1, -1)]
        if all(len(p) for p in pair):
            alpha[np.concatenate(pair)] -= tiny
        _, b, support = parts(student.recover_primal(alpha, X, y, C, tol))
        with hint("tolerance"):
            close(support, np.flatnonzero(alpha > tol))
            close(b, b_of(alpha, X, y, (alpha > tol) & (alpha < C - tol)), rtol=1e-7, atol=1e-7)


@pytest.mark.weight(1)
def test_kkt(student, draw):
    """Margins are 1 for free vectors, at most 1 for bounded ones, at least 1 for all others"""
    for _ in range(2):
        alpha, X, y, C = optimum(draw)
        w, b, _ = parts(student.recover_primal(alpha, X, y, C))
        with hint("kkt"):
            assert w.shape == (X.shape[1],)
            margins = y * (X @ w + b)
            free = (alpha > 1e-6) & (alpha < C - 1e-6)
            close(margins[free], np.ones(free.sum()), atol=1e-5)
            assert (margins[alpha >= C - 1e-6] <= 1 + 1e-5).all()
            assert (margins[alpha <= 1e-6] >= 1 - 1e-5).all()


def all_bounded(draw, zeros):
    """An optimal alpha without a free vector: samples along a direction, b = 0 inside the interval.

    The bounds on b come from the bounded samples, or (``zeros``) from samples beyond the street.
    """
    pairs, d = draw.integer(2, 5), draw.integer(2, 4)
    plus, minus = draw.rng.uniform(0.3, 1.0, pairs), -draw.rng.uniform(0.3, 1.0, pairs)
    C = 0.7 / (plus.sum() - minus.sum())  # then w = 0.7 along the direction: bounded margins are below 1
    w = C * (plus.sum() - minus.sum())
    lower, upper = (-1 - w * minus).max(), (1 - w * plus).min()
    t, y, alpha = [*plus, *minus], [1] * pairs + [-1] * pairs, [C] * (2 * pairs)
    if zeros:
        lower, upper = lower + draw.rng.uniform(0.1, 0.3), upper - draw.rng.uniform(0.02, 0.1)
        t += [(1 - lower) / w, (1 - lower) / w + 2, (-1 - upper) / w, (-1 - upper) / w - 1]
        y += [1, 1, -1, -1]
        alpha += [0.0] * 4
    direction = draw.vector(d)
    order = draw.rng.permutation(len(t))
    X = np.outer(t, direction / np.linalg.norm(direction))
    return np.array(alpha)[order], X[order], np.array(y)[order], C, (lower + upper) / 2


@pytest.mark.weight(2)
def test_no_free_vector(student, draw):
    """Without a free vector b is the midpoint of the interval that the samples leave"""
    for zeros in (False, True, True):
        alpha, X, y, C, midpoint = all_bounded(draw, zeros)
        with hint("no-free"):
            _, b, _ = parts(student.recover_primal(alpha, X, y, C))
            close(b, midpoint, atol=1e-9)


@pytest.mark.weight(1)
def test_infeasible_alpha(student, draw):
    """An alpha that is not feasible raises ValueError"""
    alpha, X, y, C = optimum(draw)
    student.recover_primal(alpha, X, y, C)  # a feasible one does not
    # each fault alone: half of C everywhere is feasible, and what is changed is changed for one row of each class
    y = draw.rng.permutation(np.repeat([1, -1], 6))
    X = draw.matrix(12, 3)
    pair = [np.flatnonzero(y == side)[draw.integer(0, 6)] for side in (1, -1)]
    for rows, value in ((pair, -0.1), (pair, C + 0.1), (pair[:1], 0.25 * C)):
        wrong = np.full(12, 0.5 * C)
        wrong[rows] = value
        with hint("infeasible"), pytest.raises(ValueError):
            student.recover_primal(wrong, X, y, C)


@pytest.mark.weight(1)
def test_gap_at_the_optimum(student, draw):
    """At the optimum the duality gap is 0"""
    for _ in range(2):
        alpha, X, y, C = optimum(draw)
        w = (alpha * y) @ X
        svm = student.LinearSVM(w, b_of(alpha, X, y, (alpha > 1e-6) & (alpha < C - 1e-6)), np.flatnonzero(alpha > 1e-6))
        with hint("gap-at-optimum"):
            assert abs(student.duality_gap(alpha, svm, X, y, C)) <= 1e-6 * (1 + alpha.sum())


@pytest.mark.weight(2)
def test_gap_elsewhere(student, draw, reference):
    """For another feasible alpha, or another svm, the gap is J(w, b) - D(alpha), and positive"""
    for factor in (0.5, 0.8, 1.0):
        alpha, X, y, C = optimum(draw)
        w, b = draw.vector(X.shape[1]), float(draw.rng.normal())
        other = factor * alpha  # feasible, as alpha is
        svm = student.LinearSVM(w, b, np.arange(3))
        gap = student.duality_gap(other, svm, X, y, C)
        J = reference.svm_objective(w, b, X, y, C)
        v = (other * y) @ X
        from_w = J - (other.sum() - 0.5 * (w @ w))
        with hint("gap-dual" if np.ndim(gap) == 0 and np.isclose(gap, from_w) else "gap"):
            close(gap, J - (other.sum() - 0.5 * (v @ v)))
            assert gap > 0

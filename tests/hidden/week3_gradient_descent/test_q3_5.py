"""Hidden suite of Q3.5: classify a critical point."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import hint

HINTS = {
    "word": 'The result is one of the four texts "minimum", "maximum", "saddle", "degenerate", for one row and one '
    "column and for integers too; and H stays as it was.",
    "extremum": "All curvatures have the same sign, and your answer is another one. The diagonal, the trace or the "
    "determinant do not tell: with an even number of minus signs a determinant is positive. Use the eigenvalues.",
    "swapped": "Minimum and maximum are swapped: where all curvatures are positive, every way leads up.",
    "saddle": "One curvature is positive and one is negative, and your answer is not 'saddle'. Curvatures along "
    "the axes (the diagonal) may all have one sign all the same.",
    "degenerate": "One curvature is zero and the others have one sign (or are zero too): 'degenerate'. On a "
    "computer the zero is a small number of either sign: compare with tol.",
    "saddle-first": "There are positive and negative curvatures and a zero: 'saddle', since up and down are "
    "certain, whatever the third direction does.",
    "symmetric": "For a matrix that is not symmetric only (H + H.T) / 2 counts. Its eigenvalues are not those of "
    "H, and eigvalsh reads one triangle only.",
    "tol": "tol decides what counts as zero: |eigenvalue| <= tol, as an absolute number. It is not fixed, and it "
    "is not relative to the other eigenvalues.",
    "scale": "Curvatures a million times larger or smaller (and still above tol) have the same signs. A "
    "determinant, or an eigenvalue that was rounded, becomes zero too early.",
}


def turned(draw, spectrum):
    """A symmetric matrix with that spectrum, in a random frame."""
    spectrum = np.asarray(spectrum, dtype=float)
    turn, _ = np.linalg.qr(draw.matrix(len(spectrum), len(spectrum)))
    H = turn @ np.diag(spectrum) @ turn.T
    return (H + H.T) / 2


def curvatures(draw, d):
    return draw.rng.uniform(0.3, 5.0, d)


@pytest.mark.weight(1)
def test_words(student, draw):
    """One of four words; small and whole-numbered matrices are welcome; H is not modified"""
    with hint("word"):
        for number, word in ((3, "minimum"), (-2, "maximum"), (0, "degenerate")):
            assert student.classify_critical_point(np.array([[number]])) == word
            assert student.classify_critical_point(np.array([[float(number)]])) == word
        H = draw.matrix(4, 4)
        kept = student.put(H)
        student.classify_critical_point(kept)
        assert np.array_equal(kept.get(), H)


@pytest.mark.weight(3)
def test_minima_and_maxima(student, draw):
    """All curvatures positive, or all negative, in even and odd dimensions"""
    for d in (2, 3, 4, 5, 6):
        H = turned(draw, curvatures(draw, d))
        for given, word, other in ((H, "minimum", "maximum"), (-H, "maximum", "minimum")):
            answer = student.classify_critical_point(given)
            assert answer != other, hint("swapped")
            assert answer == word, hint("extremum")


@pytest.mark.weight(3)
def test_saddles(student, draw):
    """Curvatures of both signs, also where the diagonal has one sign"""
    for d in (2, 3, 4, 6):
        spectrum = curvatures(draw, d)
        spectrum[: draw.integer(1, d)] *= -1
        assert student.classify_critical_point(turned(draw, spectrum)) == "saddle", hint("saddle")
        # all entries equal, with more beside the diagonal than on it: d - 1 equal curvatures of the other sign
        b = draw.rng.uniform(1.5, 3.0)
        H = np.full((d, d), b) + (1.0 - b) * np.eye(d)
        assert student.classify_critical_point(H) == "saddle", hint("saddle")
        assert student.classify_critical_point(-H) == "saddle", hint("saddle")


@pytest.mark.weight(2)
def test_degenerate(student, draw):
    """A curvature of zero, and the others of one sign"""
    for d in (2, 3, 5):
        for zeros in range(1, d + 1):
            spectrum = curvatures(draw, d)
            spectrum[:zeros] = 0
            for sign in (1, -1):
                answer = student.classify_critical_point(turned(draw, sign * spectrum))
                assert answer == "degenerate", hint("degenerate")


@pytest.mark.weight(1)
def test_saddle_with_a_zero(student, draw):
    """Up, down and flat: a saddle"""
    for d in (3, 4, 6):
        spectrum = curvatures(draw, d)
        spectrum[0] = 0
        spectrum[1] *= -1
        assert student.classify_critical_point(turned(draw, spectrum)) == "saddle", hint("saddle-first")


@pytest.mark.weight(2)
def test_symmetric_part(student, draw):
    """Only the symmetric part counts"""
    for d in (2, 3, 5):
        spectrum = curvatures(draw, d)
        saddle = spectrum * np.where(np.arange(d) == 0, -1.0, 1.0)
        for given, word in ((spectrum, "minimum"), (-spectrum, "maximum"), (saddle, "saddle")):
            other = 10 * draw.matrix(d, d)
            H = turned(draw, given) + np.triu(other, 1) - np.triu(other, 1).T
            assert student.classify_critical_point(H) == word, hint("symmetric")


@pytest.mark.weight(1)
def test_tol(student, draw):
    """tol is an absolute bound on what counts as zero"""
    small, large = draw.rng.uniform(1e-4, 3e-4), draw.rng.uniform(2.0, 5.0)
    with hint("tol"):
        H = turned(draw, [small, large, large / 2])
        assert student.classify_critical_point(H) == "minimum"
        assert student.classify_critical_point(H, tol=1e-3) == "degenerate"
        assert student.classify_critical_point(turned(draw, [-small, large]), tol=1e-3) == "degenerate"
        assert student.classify_critical_point(turned(draw, [-small, large])) == "saddle"
        assert student.classify_critical_point(turned(draw, [small, 2 * small]), tol=1e-3) == "degenerate"


@pytest.mark.weight(1)
def test_scale(student, draw):
    """Curvatures a million times larger or smaller keep their signs"""
    for d in (2, 3, 4):
        spectrum = curvatures(draw, d)
        saddle = spectrum * np.where(np.arange(d) == 0, -1.0, 1.0)
        for scale in (1e6, 1e-6):
            for given, word in ((spectrum, "minimum"), (-spectrum, "maximum"), (saddle, "saddle")):
                assert student.classify_critical_point(scale * turned(draw, given)) == word, hint("scale")

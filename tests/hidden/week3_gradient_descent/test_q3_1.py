"""Hidden suite of Q3.1: gradient by central differences."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "shape": "The gradient has the shape of x, whatever that is, and f is called with arrays of that shape: a (2, "
    "3) matrix has a (2, 3) gradient, not one of shape (6,).",
    "float64": "The gradient is a float64 array, with all its 16 digits: float32 has 7, and a difference quotient "
    "loses half of what there is.",
    "integers": "For an x of integers the gradient is wrong. Adding h = 0.00001 to an entry of an integer array "
    "truncates: make a float64 copy of x first.",
    "purity": "After the call x is not what it was, if only in its last digit: x + h - h need not be x. Work on a "
    "copy, or put back the very number that you took.",
    "exception": "When f raises an exception, it should pass through, and x should be what it was before the call. "
    "If you change x in place, an exception keeps you from putting it back; a copy needs no putting back.",
    "slopes": "Some slopes are wrong. Change one coordinate at a time, and begin each time at x itself. Try a "
    "function of two variables with derivatives that you know.",
    "quadratics": "For quadratic functions both errors of the formula cancel, and only rounding is left. Yours is "
    "far above that: look at the two points, x + h and x - h, and at the number that you divide by.",
    "factor": "Every slope is off by the same factor, about 2: the two points are 2h apart, not h.",
    "one-sided": "When h becomes ten times smaller, your error becomes about ten times smaller. With both sides it "
    "becomes a hundred times smaller: take f(x + h) - f(x - h).",
    "order": "When h becomes ten times smaller, the error should become about a hundred times smaller. Is h used "
    "as it was passed in, in the steps and in the division?",
    "calls": "f should be called exactly 2 * x.size times: f may be expensive, and one call to either side of each "
    "coordinate is all that the formula needs.",
    "memory-order": "For a matrix that is stored column by column (a transposed one, for example) the gradient is "
    "wrong. ravel() of such an array is a copy: writing into it does not change the array. Index the array itself, "
    "or make sure that it is stored row by row.",
}


def cubic(draw, d):
    """A cubic polynomial with mixed terms, and its gradient on paper."""
    a, b, mixed = draw.vector(d), draw.vector(d), draw.matrix(d, d)

    def f(x):
        return float(a @ x**3 + b @ x + x @ mixed @ x)

    def gradient(x):
        return 3 * a * x**2 + b + (mixed + mixed.T) @ x

    return f, gradient


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """The gradient is float64 and has the shape of x, and f is called with that shape"""
    n, d = draw.sizes()
    for shape in ((n,), (n, d), (2, 3, 4), (1,)):

        def f(x, shape=shape):
            assert np.shape(x) == shape, hint("shape")
            return float((x**2).sum())

        with hint("shape"):
            slopes = student.numerical_gradient(f, draw.rng.normal(size=shape))
            assert slopes.shape == shape
        assert slopes.dtype == np.float64, hint("float64")


@pytest.mark.weight(1)
def test_integers(student, draw):
    """x may hold integers"""
    f, gradient = cubic(draw, 4)
    x = draw.rng.integers(-3, 4, size=4)
    with hint("integers"):
        slopes = student.numerical_gradient(f, x)
        assert slopes.dtype == np.float64
        close(slopes, gradient(x.astype(float)), rtol=1e-5, atol=1e-5)


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """x is unchanged to the last bit"""
    for shape in ((11,), (4, 5)):
        x = draw.rng.normal(size=shape)
        kept = student.put(x)
        student.numerical_gradient(lambda v: float((v**2).sum()), kept)
        assert np.array_equal(kept.get(), x), hint("purity")


@pytest.mark.weight(1)
def test_f_raises(student, draw):
    """An exception of f passes through and leaves x unchanged"""
    d = draw.integer(4, 9)
    for last in (1, 2, d + 2):
        x, calls = draw.vector(d), []
        kept = student.put(x)

        def f(v, calls=calls, last=last):
            calls.append(1)
            if len(calls) == last:
                raise ValueError
            return float(v.sum())

        with hint("exception"):
            with pytest.raises(ValueError):
                student.numerical_gradient(f, kept)
            assert np.array_equal(kept.get(), x)


@pytest.mark.weight(3)
def test_polynomials(student, draw):
    """The slopes of polynomials are those that one finds on paper"""
    for _ in range(4):
        d = draw.integer(3, 8)
        f, gradient = cubic(draw, d)
        x = draw.rng.uniform(-2, 2, d)
        slopes, right = student.numerical_gradient(f, x), gradient(x)
        close(np.shape(slopes), right.shape)
        with hint("factor" if np.allclose(slopes, 2 * right, rtol=1e-3) else "slopes"):
            close(slopes, right, rtol=1e-6, atol=1e-6)


@pytest.mark.weight(2)
def test_matrices(student, draw):
    """x may be a matrix, stored row by row or column by column"""
    for order in ("C", "F", "F"):
        n, d = draw.sizes()
        A, B = draw.matrix(n + 1, n), draw.matrix(n + 1, d)

        def f(W, A=A, B=B):
            with hint("shape"):
                return float(((A @ W - B) ** 2).sum())

        W = np.array(draw.matrix(n, d), order=order)
        slopes, right = student.numerical_gradient(f, W), 2 * A.T @ (A @ W - B)
        assert np.shape(slopes) == W.shape, hint("shape")
        with hint("memory-order" if order == "F" else "slopes"):
            close(slopes, right, rtol=1e-5, atol=1e-5)


@pytest.mark.weight(1)
def test_quadratics_are_exact(student, draw):
    """On quadratic functions only rounding is left"""
    for _ in range(3):
        d = draw.integer(3, 7)
        A, b, x = draw.rng.uniform(-1, 1, (d, d)), draw.rng.uniform(-1, 1, d), draw.rng.uniform(-1, 1, d)
        with hint("quadratics"):
            slopes = student.numerical_gradient(lambda v, A=A, b=b: float(v @ A @ v / 2 + b @ v), x)
            close(slopes, (A + A.T) @ x / 2 + b, rtol=0, atol=1e-9)


@pytest.mark.weight(3)
def test_error_falls_with_the_square_of_h(student, draw):
    """Ten times smaller h, a hundred times smaller error"""
    for _ in range(3):
        d = draw.integer(2, 6)
        # the third derivative is nowhere small: otherwise the error would not be of second order
        a, x = draw.rng.uniform(0.8, 2.0, d) * draw.rng.choice([-1.0, 1.0], d), draw.rng.uniform(-1, 1, d)

        def f(v, a=a):
            return float(np.exp(a * v).sum())

        right = a * np.exp(a * x)
        coarse, fine = (np.abs(student.numerical_gradient(f, x, h=h) - right) for h in (1e-2, 1e-3))
        ratio = coarse / np.maximum(fine, 1e-300)
        assert not ((5 < ratio) & (ratio < 20)).all(), hint("one-sided")
        # for exp the two errors are (a h)^2 / 6 of the slope: 100 to one, up to a term of fourth order and rounding
        assert ((80 < ratio) & (ratio < 125)).all(), hint("order")


@pytest.mark.weight(1)
def test_number_of_calls(student, draw):
    """f is called exactly 2 * x.size times"""
    for shape in ((draw.integer(3, 9),), (3, draw.integer(2, 5))):
        calls = []

        def f(x, calls=calls):
            calls.append(1)
            return float(x.sum())

        student.numerical_gradient(f, draw.rng.normal(size=shape))
        assert len(calls) == 2 * np.prod(shape), hint("calls")

"""Hidden suite of Q3.4: gradient descent with an honest stopping rule."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "result": "The result is GDResult(x, history, n_iter, converged): a float64 vector, a list of floats, a whole "
    "number and a truth value. x0 may hold integers; the walk goes through fractions all the same.",
    "purity": "Your code changed x0: x -= lr * g works in place, on the caller's array. Make a copy first.",
    "iterates": "The points of the walk are not x - lr * grad(x), for all coordinates at once. Evaluate the "
    "gradient once, at the old point, and only then change x. Nothing else (a shrinking rate, a normalised "
    "gradient, momentum) is asked for.",
    "history": "The history should hold f at every point, in order: first f(x0), last f at the x that you return, "
    "so that it has n_iter + 1 entries.",
    "count": "n_iter is the number of steps that were made, and at most max_iter.",
    "monotone": "With a learning rate of at most 1/L the loss should not grow at any step.",
    "border": "With a learning rate just below 2/L the walk should get to the minimum of a bowl, and just above it "
    "the loss should grow (or FloatingPointError be raised). Is the learning rate used as it was passed in?",
    "at-the-minimum": "Where the gradient at x0 is zero already, no step should be made: n_iter = 0, one entry in "
    "the history, converged. Test the gradient before the first step.",
    "gave-up": "After max_iter steps the gradient was still large, and converged should be False.",
    "stop-on-step": "You report convergence although the gradient is far larger than tol. With a small learning "
    "rate a small step, or a small change of f, does not mean a small gradient.",
    "first-small": "The walk should stop at the first point where the Euclidean norm of the gradient is at most "
    "tol: neither a step earlier nor later. The norm is the root of the sum of squares; tol is compared with it "
    "and with nothing else.",
    "non-finite": "f became infinite or NaN, and FloatingPointError should be raised at that very point. NaN is "
    "not equal to anything and not larger than anything: ask np.isfinite.",
    "shared-history": "A second walk should not remember the first: its history begins with its own f(x0). A list "
    "as a default argument, or outside the function, is made once and then shared.",
}


class Bowl:
    """1/2 (x - m)^T A (x - m) with curvatures that are known; counts nothing, remembers nothing."""

    def __init__(self, draw, curvatures):
        d = len(curvatures)
        turn, _ = np.linalg.qr(draw.matrix(d, d))
        self.A = turn @ np.diag(curvatures) @ turn.T
        self.minimum = draw.vector(d)
        # along every curvature the walk has some way to go
        self.start = self.minimum + turn @ (draw.rng.uniform(1.0, 2.0, d) * draw.rng.choice([-1.0, 1.0], d))

    def f(self, x):
        with np.errstate(over="ignore", invalid="ignore"):
            return float((x - self.minimum) @ self.A @ (x - self.minimum) / 2)

    def grad(self, x):
        with np.errstate(over="ignore", invalid="ignore"):
            return self.A @ (x - self.minimum)

    def walk(self, lr, steps):
        """The points of the right walk, by the closed form: x_k - m = (1 - lr A)^k (x_0 - m)."""
        step = np.eye(len(self.A)) - lr * self.A
        offset = self.start - self.minimum
        return [self.minimum + np.linalg.matrix_power(step, k) @ offset for k in range(steps + 1)]


def bowl(draw, steepest=4.0):
    d = draw.integer(3, 7)
    return Bowl(draw, np.append(draw.rng.uniform(0.5, steepest, d - 1), steepest))


@pytest.mark.weight(1)
def test_types(student, draw):
    """The result is a GDResult; x0 may hold integers"""
    there = bowl(draw)
    for start in (there.start, np.arange(len(there.A))):
        result = student.gradient_descent(there.f, there.grad, start, 0.1, 3)
        with hint("result"):
            assert len(result) == 4
            assert result.x.shape == start.shape
            assert result.x.dtype == np.float64
            assert isinstance(result.history, list)
            assert all(isinstance(value, float) for value in result.history)
            assert isinstance(result.n_iter, int | np.integer)
            assert isinstance(result.converged, bool | np.bool_)


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """x0 is not modified"""
    there = bowl(draw)
    kept = student.put(there.start)
    student.gradient_descent(there.f, there.grad, kept, 0.1, 4)
    assert np.array_equal(kept.get(), there.start), hint("purity")


@pytest.mark.weight(4)
def test_points_of_the_walk(student, draw):
    """Seven steps: every point, and the loss at every point"""
    for lr in (0.05, 0.2, draw.rng.uniform(0.3, 0.45)):
        there = bowl(draw)
        right = there.walk(lr, 7)
        result = student.gradient_descent(there.f, there.grad, there.start, lr=lr, max_iter=7, tol=0.0)
        with hint("iterates"):
            close(result.x, right[-1], rtol=1e-8, atol=1e-10)
        assert result.n_iter == 7, hint("count")
        with hint("history"):
            close(np.asarray(result.history, dtype=float), np.array([there.f(x) for x in right]), rtol=1e-7, atol=1e-10)


@pytest.mark.weight(1)
def test_small_rates_never_climb(student, draw):
    """With a rate of at most 1/L the loss falls at every step"""
    for share in (1.0, 0.5):
        there = bowl(draw)
        history = student.gradient_descent(there.f, there.grad, there.start, share / 4.0, max_iter=20, tol=1e-9).history
        with hint("monotone"):
            assert len(history) > 1
            assert (np.diff(history) <= 1e-12).all()


@pytest.mark.weight(2)
def test_border_of_the_learning_rate(student, draw):
    """Just below 2/L the walk gets to the minimum, just above it climbs"""
    there = bowl(draw)
    result = student.gradient_descent(there.f, there.grad, there.start, 1.9 / 4.0, max_iter=300, tol=1e-4)
    with hint("border"):
        assert result.converged
        assert there.f(np.asarray(result.x)) < 1e-6
    try:
        history = student.gradient_descent(there.f, there.grad, there.start, 2.1 / 4.0, max_iter=100).history
    except FloatingPointError:
        return
    with hint("border"):
        assert history[-1] > 1e3 * history[0]


@pytest.mark.weight(2)
def test_starts_at_the_minimum(student, draw):
    """A walk that starts at the minimum makes no step"""
    there = bowl(draw)
    result = student.gradient_descent(there.f, there.grad, there.minimum, 0.1)
    with hint("at-the-minimum"):
        assert result.n_iter == 0
        assert result.converged
        close(np.asarray(result.history, dtype=float), np.zeros(1))
        close(result.x, there.minimum)


@pytest.mark.weight(2)
def test_gives_up_honestly(student, draw):
    """Out of steps is not converged"""
    for steps in (5, draw.integer(2, 10)):
        there = bowl(draw)
        result = student.gradient_descent(there.f, there.grad, there.start, 0.02, max_iter=steps)
        assert result.n_iter == steps, hint("count")
        assert len(result.history) == steps + 1, hint("history")
        assert not result.converged, hint("gave-up")


@pytest.mark.weight(3)
def test_small_steps_are_not_convergence(student, draw):
    """With a tiny learning rate small steps do not count as convergence"""
    there = bowl(draw)
    tol = np.linalg.norm(there.grad(there.start)) / 50
    # 100 steps of at most 4e-3: the gradient keeps at least 67 % of its length, a step has 1/20 of tol and less
    result = student.gradient_descent(there.f, there.grad, there.start, lr=1e-3, max_iter=100, tol=tol)
    assert not result.converged, hint("stop-on-step")
    assert result.n_iter == 100, hint("stop-on-step")


@pytest.mark.weight(2)
def test_stops_at_the_first_small_gradient(student, draw):
    """The walk stops where the norm of the gradient first is at most tol"""
    for d in (3, 16, 25):
        there = Bowl(draw, np.full(d, 2.0))  # every step multiplies all coordinates by the same number
        there.start = there.minimum + draw.rng.choice([-1.0, 1.0], d)
        lengths = [np.linalg.norm(there.grad(x)) for x in there.walk(0.1, 60)]
        stop = draw.integer(8, 40)
        tol = np.sqrt(lengths[stop - 1] * lengths[stop])  # off the border, where rounding would decide
        result = student.gradient_descent(there.f, there.grad, there.start, 0.1, max_iter=500, tol=tol)
        with hint("first-small"):
            assert result.converged
            assert result.n_iter == stop
            assert len(result.history) == stop + 1
            close(np.linalg.norm(there.grad(np.asarray(result.x))), lengths[stop], rtol=1e-6)


@pytest.mark.weight(2)
def test_f_is_not_finite(student, draw):
    """FloatingPointError as soon as f is infinite or NaN"""
    there = bowl(draw)
    with hint("non-finite"), pytest.raises(FloatingPointError):
        student.gradient_descent(there.f, there.grad, there.start, 1000.0)
    for bad in (np.nan, np.inf, -np.inf):
        # the walk goes down a plane, 0.1 a step; f is bad in one place on the way, and well again behind it
        place, seen = draw.integer(2, 8), []

        def f(x, bad=bad, place=place, seen=seen):
            seen.append(float(x[0]))
            return bad if abs(x[0] + 0.1 * place) < 0.05 else float(x[0])

        with hint("non-finite"):
            with pytest.raises(FloatingPointError):
                student.gradient_descent(f, lambda x: np.ones(1), np.zeros(1), 0.1, 20)
            assert min(seen) > -0.1 * place - 0.05  # nobody walked on


@pytest.mark.weight(1)
def test_walks_do_not_share(student, draw):
    """A second walk does not remember the first"""
    for _ in range(2):
        there = bowl(draw)
        result = student.gradient_descent(there.f, there.grad, there.start, 0.01, max_iter=4)
        with hint("shared-history"):
            close(result.history[0], there.f(there.start), rtol=1e-6)
            assert len(result.history) <= 6
            assert result.n_iter <= 5

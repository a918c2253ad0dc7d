"""Hidden suite of Q5.5: the student's gradient checker is itself tested, on right and on wrong gradients.

The losses stay with the judge: each is a callback, and the checker asks for its values.
"""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "report": "The report should have the keys of params, with a float for each.",
    "right": "Your checker rejects gradients that are right, or cannot work with a loss that it is given. Are the "
    "differences central, and over 2h?",
    "wrong": "Your checker accepts a wrong gradient. Are all entries of all parameters compared, and does the size of "
    "a gradient play no role?",
    "formula": "The error is not ||g - m|| / (||g|| + ||m||), for each parameter by itself, with the norm over all of "
    "its entries.",
    "tiny": "A wrong gradient of one small parameter is missed: the error is relative to that parameter's own "
    "gradient, not a largest difference and not an average over all parameters.",
    "zero": "A zero gradient where the loss does not depend on the parameter is right: its error is 0, not NaN.",
    "nan": "An error of NaN, or one at the tolerance or above it, should not be ok; and one bad parameter is enough.",
    "restored": "After the check, params or grads do not hold the numbers that they held before, to the last bit. x + "
    "h - h is not always x: keep the number and put it back.",
    "h": "The measured slopes are not (loss(x + h) - loss(x - h)) / (2h) with the h that was passed in.",
}


def network(draw):
    """A small network with one hidden layer of tanh units, its loss, and its right gradients."""
    d, h, n = 2, 3, 4
    params = {"W": draw.matrix(d, h), "c": draw.vector(h), "v": draw.vector(h)}
    X, t = draw.matrix(n, d), draw.vector(n)

    def loss(p):
        return float(np.mean((np.tanh(X @ p["W"] + p["c"]) @ p["v"] - t) ** 2))

    H = np.tanh(X @ params["W"] + params["c"])
    slopes = 2 * (H @ params["v"] - t) / n
    dA = np.outer(slopes, params["v"]) * (1 - H**2)
    return loss, params, {"W": X.T @ dA, "c": dA.sum(axis=0), "v": H.T @ slopes}


def spoiled(grads, number):
    """One of four ordinary mistakes."""
    wrong = {name: value.copy() for name, value in grads.items()}
    if number == 0:
        wrong["c"] /= 4  # a mean for a sum
    elif number == 1:
        wrong["W"] *= -1
    elif number == 2:
        wrong["v"][1] += 0.1 * np.abs(grads["v"]).max()
    else:
        wrong["W"] = wrong["W"][:, ::-1].copy()
    return wrong


@pytest.mark.weight(1)
def test_report(student, draw):
    """One float for each parameter"""
    loss, params, grads = network(draw)
    report = student.gradient_check(loss, params, grads)
    assert isinstance(report, dict) and set(report) == set(params), hint("report")
    assert all(isinstance(error, float) for error in report.values()), hint("report")


@pytest.mark.weight(2)
def test_right_gradients_pass(student, draw):
    """Four networks with right gradients are accepted"""
    for _ in range(4):
        loss, params, grads = network(draw)
        with hint("right"):
            report = student.gradient_check(loss, params, grads)
            assert bool(student.gradients_ok(report))
            assert max(report.values()) < 1e-6


@pytest.mark.weight(3)
def test_wrong_gradients_fail(student, draw):
    """Four networks with wrong gradients are rejected"""
    for number in range(4):
        loss, params, grads = network(draw)
        with hint("wrong"):
            report = student.gradient_check(loss, params, spoiled(grads, number))
            assert not bool(student.gradients_ok(report))


@pytest.mark.weight(2)
def test_size_of_the_error(student, draw):
    """The error is norm-wise, relative and separate for each parameter"""
    u, v, w = draw.matrix(2, 3), draw.vector(4), draw.vector(2)
    slope = draw.vector(2)

    def loss(p):
        return float(np.sum(p["u"] ** 2) / 2 + np.sum(p["v"] ** 3) / 3 + p["w"] @ slope)

    shift = draw.vector(4)
    report = student.gradient_check(loss, {"u": u, "v": v, "w": w}, {"u": 2 * u, "v": v**2 + shift, "w": -slope})
    norm = np.linalg.norm
    with hint("formula"):
        close(report, {"u": 1 / 3, "v": float(norm(shift) / (norm(v**2 + shift) + norm(v**2))), "w": 1.0}, rtol=1e-5)


@pytest.mark.weight(1)
def test_one_tiny_parameter(student, draw):
    """A wrong gradient of one tiny parameter is found"""
    parts = {name: draw.matrix(3, 3) for name in ("a", "b", "c")} | {"tiny": draw.vector(2)}
    scale = {"a": 1.0, "b": 1.0, "c": 1.0, "tiny": 1e-7}

    def loss(p):
        return float(sum(scale[name] * np.sum(p[name] ** 2) for name in parts))

    right = {name: 2 * scale[name] * value for name, value in parts.items()}
    # so large a step that rounding in the sum of everything does not touch the tiny slopes
    report = student.gradient_check(loss, parts, {**right, "tiny": -right["tiny"]}, 1e-2)
    with hint("tiny"):
        assert not bool(student.gradients_ok(report, 1e-4))
        assert report["tiny"] > 0.9 and max(report[name] for name in "abc") < 1e-4


@pytest.mark.weight(1)
def test_zero_against_zero(student, draw):
    """Nothing depends on a parameter, and its gradient says so: error 0"""
    u, v = draw.vector(3), draw.matrix(2, 2)
    with hint("zero"):
        params, grads = {"u": u, "v": v}, {"u": 2 * u, "v": 0 * v}
        report = student.gradient_check(lambda p: float(np.sum(p["u"] ** 2)), params, grads)
        assert report["v"] == 0
        assert bool(student.gradients_ok(report))


@pytest.mark.weight(1)
def test_what_is_ok(student):
    """NaN is not ok, nor is a single error at the tolerance or above"""
    good = {"a": 1e-9, "b": 0.0, "c": 5e-7}
    for report, tol, expected in (
        (good, 1e-6, True),
        (good, 1e-7, False),
        ({**good, "b": float("nan")}, 1e-6, False),
        ({"a": float("nan")}, 1e-6, False),
        ({**good, "a": 1e-6}, 1e-6, False),
        ({**good, "a": 0.3}, 1e-6, False),
    ):
        assert bool(student.gradients_ok(report, tol)) is expected, hint("nan")


@pytest.mark.weight(1)
def test_parameters_are_restored(student, draw):
    """params and grads are as they were, to the last bit"""
    loss, params, grads = network(draw)
    kept = student.put(params), student.put(grads)
    student.gradient_check(loss, *kept)
    with hint("restored"):
        close([part.get() for part in kept], [params, grads], rtol=0, atol=0)


@pytest.mark.weight(1)
def test_the_step(student, draw):
    """Differences are central, with the h that is passed in"""
    u = draw.rng.uniform(0.5, 2, size=4)
    for h in (0.1, 0.25):
        # the central difference of u^3 is 3 u^2 + h^2, whatever h is; a one-sided one is 3 u^2 + 3 u h + h^2
        with hint("h"):
            report = student.gradient_check(lambda p: float(np.sum(p["u"] ** 3)), {"u": u}, {"u": 3 * u**2 + h**2}, h)
            assert report["u"] < 1e-9

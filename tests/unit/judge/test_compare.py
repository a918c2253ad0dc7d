"""close(): explains what differs, and gives a student's code no way to speak through the explanation."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close
from autograder.judge.compare import Difference
from autograder.protocol.structs import Record


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1.0 + 1e-12, 1),
        (np.float64(2), 2.0),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan])),
        (np.array([np.inf, -np.inf]), np.array([np.inf, -np.inf])),
        (Record("Fit", ("a", "b"), (1.0, np.ones(2))), (1.0, np.ones(2))),
        ({"x": 1.0}, {"x": 1.0}),
        ("text", "text"),
        (None, None),
    ],
)
def test_what_agrees_passes(actual, expected):
    close(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (1.1, 1.0, "the value differs"),
        (np.array([1.0, 2.0]), np.array([1.0, 3.0]), "some values differ"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "some values differ"),
        (np.zeros((3, 2)), np.zeros((2, 3)), r"has shape \(3, 2\); expected shape \(2, 3\)"),
        (np.zeros((2, 1)), np.zeros(2), r"has shape \(2, 1\)"),
        (None, 1.0, "is None; a number"),
        ((1, 2), (1, 2, 3), "should have 3 parts"),
        (np.array(["a"]), np.array([1.0]), "numbers were expected"),
        ((1.0, np.zeros(2)), (1.0, np.ones(2)), "part 1 of the result: every value differs"),
        ({"x": 1}, {"y": 1}, "other keys"),
        ("a", "b", "the result differs"),
    ],
)
def test_what_differs_is_explained(actual, expected, said):
    with pytest.raises(Difference, match=said):
        close(actual, expected)


SECRET = 731_985


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.zeros((0, SECRET)), np.zeros(3)),
        (np.array(["x" * SECRET]), np.zeros(1)),
        (Record(f"T{SECRET}", (f"f{SECRET}",), (1,)), 5.0),
        ([0] * SECRET, (1, 2)),
        ({SECRET: 1}, {"x": 1}),
        (float(SECRET), 1.0),
        (str(SECRET), "x"),
    ],
)
def test_a_student_cannot_speak_through_the_message(actual, expected):
    with pytest.raises(Difference) as caught:
        close(actual, expected)
    assert str(SECRET) not in caught.value.for_student


@pytest.mark.parametrize("expected", [1234.5678, np.array([1234.5678]), (1234.5678,), {"x": 1234.5678}, "1234.5678"])
def test_an_expected_value_is_never_said_to_the_student(expected):
    wrong = {"x": 0.0} if isinstance(expected, dict) else (0.0,) if isinstance(expected, tuple) else 0.0
    with pytest.raises(Difference) as caught:
        close(np.array([wrong]) if isinstance(expected, np.ndarray) else wrong, expected)
    assert "1234" not in caught.value.for_student

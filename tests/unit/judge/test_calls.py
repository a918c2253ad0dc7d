from __future__ import annotations

import numpy as np
import pytest

from autograder.judge.calls import LAST, MAX_TEXT, Call, describe, describe_calls, new_calls
from autograder.judge.handles import Handle, KeptValue
from autograder.protocol.structs import Record


class Silent:
    """A sandbox that must not be asked."""

    def ask(self, *_):
        raise AssertionError("describing asked the sandbox")

    def drop(self, *_):
        pass


class Made:
    def __init__(self, *calls):
        self._calls = new_calls()
        self._calls.extend(calls)


def test_a_call_shows_arguments_and_answer():
    text = Call("f", (5, np.arange(6.0).reshape(2, 3)), {"axis": 0}, "yes").describe()
    assert text.splitlines()[:2] == ["f(", "    5,"]
    assert "array of float64, shape (2, 3)" in text and "axis=0" in text and text.endswith("-> 'yes'")


def test_a_call_that_raised_has_no_answer():
    assert Call("f", ()).describe().endswith("-> no answer")


def test_only_the_last_calls_are_kept():
    text = describe_calls(Made(*(Call(f"f{i}", (), {}, i) for i in range(10))))
    assert text.count("->") == LAST and "f9(" in text and "f0(" not in text


def test_a_test_without_the_fixture_has_no_calls():
    assert describe_calls(None) == ""


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (Handle(Silent(), 1, "Model"), "<handle>"),
        (KeptValue(Handle(Silent(), 1, "x"), np.ones(2)), "kept inside: array of float64, shape (2,)"),
        (Record("Scaler", ("mean", "scale"), (1.0, 2.0)), "record(mean=1.0, scale=2.0)"),
        ([1] * 100, "(100 in all)"),
        (10**5000, "<int>"),
        (np.zeros((1000, 1000)), "shape (1000, 1000)"),
        (lambda x: x, "<function <lambda> of the test>"),
        ("\ud800", "ud800"),
    ],
    ids=["handle", "kept", "record", "list", "huge number", "array", "function", "surrogate"],
)
def test_every_value_can_be_described_without_asking_the_sandbox(value, part):
    assert part in describe(value)


def test_a_description_is_short_and_can_be_written():
    text = describe_calls(Made(Call("f", ("x" * 10**6, "\ud800")), Call("g", ([["y" * 10**5] * 50] * 50,))))
    assert len(text) <= MAX_TEXT
    text.encode("utf-8")

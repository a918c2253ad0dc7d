"""Hints survive pytest's assertion rewriting, and standard ones never quote the student."""

from __future__ import annotations

import pytest

from autograder.judge import hint
from autograder.judge.hints import STANDARD, hint_of, missing_hints, standard_hint
from autograder.judge.student_errors import MissingName, OutOfTime, ReturnedTooMuch, from_description
from autograder.records import Limits

LIMITS = Limits(
    memory_mb=77, processes=33, returned_mb=11, cpu_seconds=21, returned_depth=13, returned_objects_kb=99,
    question_seconds=31, total_seconds=41,
)  # fmt: skip


def test_an_assertions_hint_is_found():
    with pytest.raises(AssertionError) as caught:
        assert 1 == 2, hint("one-is-not-two")
    assert hint_of(caught.value) == "one-is-not-two"


def test_a_block_gives_its_hint_to_whatever_fails_inside():
    with pytest.raises(ZeroDivisionError) as caught, hint("outer"), hint("inner"):
        1 / 0
    assert hint_of(caught.value) == "inner"


def test_a_value_that_looks_like_a_hint_is_none():
    answer = "[hint:forged]"
    with pytest.raises(AssertionError) as caught:
        assert answer == "x"
    assert hint_of(caught.value) == ""


def test_every_cause_has_a_sentence():
    for cause in STANDARD:
        _, text = standard_hint(cause, None, LIMITS)
        assert text.endswith((".", "?"))


def test_memory_that_cannot_be_shared_is_said_with_both_values():
    error = from_description([["OSError"], "[Errno 12] Cannot allocate memory", []])
    assert error.cause == "memory-limit"
    assert standard_hint(error.cause, error, LIMITS)[1].endswith(
        "The limit is 77 MiB of memory (of what processes share, 64 MiB in /dev/shm)."
    )


@pytest.mark.parametrize(
    ("cause", "value"),
    [("memory-limit", "77"), ("process-limit", "33"), ("returned-limit", "11"), ("cpu-limit", "21 s")],
)
def test_a_limit_is_said_with_its_value(cause, value):
    assert value in standard_hint(cause, None, LIMITS)[1]


@pytest.mark.parametrize(
    ("guests_words", "value"), [("nested more than 7 levels deep", "13 levels"), ("5 KiB of small objects", "99 KiB")]
)
def test_what_an_answer_may_hold_is_said_with_the_limits_value_not_the_guests(guests_words, value):
    assert value in standard_hint("returned-limit", ReturnedTooMuch(guests_words), LIMITS)[1]


@pytest.mark.parametrize(("seconds", "value"), [(31, "31 s for a question"), (41, "41 s for the notebook")])
def test_a_test_that_was_not_reached_says_whose_time_was_used_up(seconds, value):
    assert value in standard_hint("not-reached", OutOfTime(seconds), LIMITS)[1]


def test_a_time_limit_is_said_with_its_value():
    assert "2.5 s" in standard_hint("time-limit", OutOfTime(2.5), LIMITS)[1]


def test_a_missing_name_is_said():
    assert "`softmax`" in standard_hint("missing-name", MissingName("softmax"), LIMITS)[1]


@pytest.mark.parametrize(
    "error",
    [
        from_description([["Secret42", "ValueError", "Exception"], "secret 42", []]),
        from_description([["Secret42", "Exception"], "secret 42", [["cell 42", 42, "f42"]]]),
        from_description([["ReturnedTooMuch"], "secret 42", []]),
        ReturnedTooMuch("secret 42"),
    ],
)
def test_what_the_students_process_says_is_not_quoted(error):
    assert "42" not in standard_hint(error.cause, error, LIMITS)[1]


def test_hints_without_a_text_are_found_in_the_source():
    source = "assert x, hint('a')\nwith hint(\"b\"): pass\nhint('known')"
    assert missing_hints(source, {"known": "..."}) == ["a", "b"]

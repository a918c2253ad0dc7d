"""From what pytest saw to what a result says about one test."""

from __future__ import annotations

import traceback

import pytest
from _pytest.outcomes import Exit, Failed, Skipped

from autograder.judge.bench import case_of, mark_value
from autograder.judge.compare import Difference
from autograder.judge.hints import hint_of, standard_hint
from autograder.judge.student_errors import OutOfTime, StudentError
from autograder.records import Limits, TestResult
from autograder.rules import HINT, Rules

MAX_DETAIL = 8000
VISIBILITIES = ("public", "after_due", "staff")
UNEXPLAINED = ("missing-name", "not-implemented", "suite-error")
"""Standard hints that a suite's own would only blur: nothing was computed that it could explain."""


def describe(item: pytest.Item) -> dict[str, object]:
    """What is known of a test before it runs."""
    return {
        "test": case_of(item),
        "title": title_of(item),
        "weight": float(mark_value(item, "weight", 1.0)),
        "visibility": mark_value(item, "visibility", "public"),
    }


def title_of(item: pytest.Item) -> str:
    """First line of the test's docstring; for one case of several, also which."""
    text = (item.obj.__doc__ or "").strip().splitlines()
    name = getattr(item, "originalname", item.name).removeprefix("test_").replace("_", " ")
    title = text[0].strip() if text else name
    cases = getattr(item, "autograder_case", None)
    return f"{title} ({cases})" if cases else title


def passed(item: pytest.Item, seconds: float) -> TestResult:
    message = getattr(item.module, "HINTS", {}).get(mark_value(item, "success", ""), "")
    return TestResult(outcome="passed", seconds=seconds, message=message, **describe(item))


def not_reached(item: pytest.Item, limits: Limits, seconds: float) -> TestResult:
    """``seconds`` is the limit that its predecessors used up: the question's or the submission's."""
    name, text = standard_hint("not-reached", OutOfTime(seconds), limits)
    return TestResult(outcome="not-reached", cause="not-reached", hint=name, message=text, **describe(item))


def failed(
    item: pytest.Item, error: BaseException, phase: str, seconds: float, limits: Limits, rules: Rules | None = None
) -> TestResult:
    """Classify a failure: whose it is, why, and what the student reads about it.

    ``rules`` are those of the question, if it has any.
    """
    cause = cause_of(error, phase)
    name, text = standard_hint(cause, error, limits)
    if rules and isinstance(error, StudentError) and isinstance(error, ImportError):
        forbidden = ", ".join((*rules.imports, *rules.calls))
        name, text = HINT, f"Your code asked for what this question does not allow ({forbidden}). {rules.says}".strip()
    difference = isinstance(error, Difference)
    if difference:
        text = error.for_student[:1].upper() + error.for_student[1:] + "."
    own = hint_of(error) or mark_value(item, "hint", "")
    own_text = getattr(item.module, "HINTS", {}).get(own)
    if own_text and name not in UNEXPLAINED:
        # what happened first, then what the suite says of it; of a bare assertion there is nothing to add
        text = own_text if name in ("assertion", "unusable") and not difference else f"{text} {own_text}"
        name = own
    return TestResult(
        outcome="failed",
        cause=cause,
        hint=name,
        message=text,
        seconds=seconds,
        detail=detail_of(error),
        **describe(item),
    )


def cause_of(error: BaseException, phase: str) -> str:
    if isinstance(error, StudentError):
        return error.cause
    if phase != "call" or isinstance(error, (Skipped, Exit)):
        return "suite-error"
    if isinstance(error, (AssertionError, Failed)):
        return "assertion"
    # The test's own code stumbled over what it was given: None has no shape, and the like.
    return "unusable"


def detail_of(error: BaseException) -> str:
    """The failure in full, for staff."""
    try:
        text = "".join(traceback.format_exception(error, limit=-6))
    # an exception may carry a student's text that cannot be formatted (10**5000, lone surrogates)
    except Exception:  # noqa: BLE001
        text = type(error).__name__
    frames = "".join(f"\n  cell {cell}, line {line}, in {name}" for cell, line, name in getattr(error, "frames", ()))
    if frames:
        text += f"\nIn the notebook:{frames}"
    return text[-MAX_DETAIL:].encode("utf-8", "backslashreplace").decode()

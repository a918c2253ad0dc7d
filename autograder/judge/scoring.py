"""Points out of test results: made here, clamped here, zero and flagged where there is no clean result."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograder.records import QuestionResult, TestResult


def score_question(question: str, points: float, tests: Sequence[TestResult] | None) -> QuestionResult:
    """Share of the weights that passed, times the points.

    Parameters
    ----------
    tests : sequence of TestResult or None
        None: the tests could not be run to their end.

    Returns
    -------
    QuestionResult
        ``score`` within [0, points], rounded to 1/100; ``flagged`` where staff has to look.
    """
    if not tests:
        return QuestionResult(question, 0.0, points, (), flagged=True)
    weights = sum(test.weight for test in tests)
    earned = sum(test.weight for test in tests if test.passed)
    score = round(points * earned / weights, 2) if weights > 0 else math.nan
    broken = any(test.cause == "suite-error" for test in tests)
    if not math.isfinite(score):
        return QuestionResult(question, 0.0, points, tuple(tests), flagged=True)
    return QuestionResult(question, min(max(score, 0.0), points), points, tuple(tests), flagged=broken)

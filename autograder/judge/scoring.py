"""Points out of test results: made here, clamped here, zero and flagged where there is no clean result."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from autograder.records import QuestionResult, TestResult
from autograder.rules import HINT, TEST, Breach, Rules


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


def score_by_rules(result: QuestionResult, rules: Rules, breach: Breach | None) -> QuestionResult:
    """The score of a question that forbids something: one more test, before the others.

    Parameters
    ----------
    result : QuestionResult
        What the hidden tests gave.
    rules : Rules
        With a weight, the test counts like any other, and passes only where another one passes: an empty answer
        breaks no rule and earns nothing. Without one, a broken rule takes all points.
    breach : Breach or None
        Where the notebook breaks a rule.
    """
    if not result.tests:
        return result
    title = "Keeps to the rules of the question"
    test = TestResult(test=TEST, title=title, outcome="passed", weight=rules.weight or 0.0)
    if breach is not None:
        test = dataclasses.replace(
            test, outcome="failed", cause="rule", hint=HINT, message=breach.sentence(result.question, rules)
        )
    elif not any(t.passed for t in result.tests):
        test = dataclasses.replace(
            test, outcome="not-reached", cause="not-reached", message="Counts as soon as another test passes."
        )
    scored = score_question(result.question, result.max_score, (test, *result.tests))
    scored = dataclasses.replace(scored, made_from=result.made_from)
    void = breach is not None and rules.weight is None
    return dataclasses.replace(scored, score=0.0) if void else scored

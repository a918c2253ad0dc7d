"""Points are made here and clamped here; without a clean result there are none."""

from __future__ import annotations

import math

import pytest

from autograder.judge.scoring import score_question
from autograder.records import TestResult


def result(passed: bool, weight: float = 1.0, cause: str = "assertion") -> TestResult:
    return TestResult("t", "t", "passed" if passed else "failed", weight, "" if passed else cause)


def test_weights_share_the_points():
    assert score_question("q", 12, [result(True, 3), result(False, 1)]).score == 9


@pytest.mark.parametrize("tests", [None, [], ()])
def test_no_result_is_zero_and_flagged(tests):
    question = score_question("q", 12, tests)
    assert (question.score, question.flagged) == (0, True)


@pytest.mark.parametrize("weight", [math.nan, math.inf, -1.0, 0.0])
def test_weights_that_make_no_sense_never_give_points(weight):
    question = score_question("q", 12, [result(True, weight)])
    assert question.score == 0 and question.flagged


def test_a_broken_test_is_flagged():
    assert score_question("q", 4, [result(True), result(False, cause="suite-error")]).flagged


def test_full_marks_are_exactly_the_points():
    assert score_question("q", 0.1, [result(True, 1 / 3)] * 3).score == 0.1

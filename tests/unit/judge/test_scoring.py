"""Points are made here and clamped here; without a clean result there are none."""

from __future__ import annotations

import math

import pytest

from autograder.judge.scoring import score_by_rules, score_question
from autograder.records import TestResult
from autograder.rules import Breach, Rules


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


BREACH = Breach("torch", "imports", "the cell q_solution", 3)


def judged(rules: Rules, breach: Breach | None, *passed: bool):
    return score_by_rules(score_question("q", 12, [result(p) for p in passed]), rules, breach)


def test_a_broken_rule_takes_all_points_unless_the_course_gave_it_a_weight():
    assert judged(Rules(("torch",)), BREACH, True, True).score == 0
    assert judged(Rules(("torch",), weight=2.0), BREACH, True, True).score == 6


def test_a_kept_rule_with_a_weight_is_worth_its_share_where_another_test_passes():
    assert judged(Rules(("torch",), weight=2.0), None, True, False).score == 9
    assert judged(Rules(("torch",), weight=2.0), None, False, False).score == 0
    assert judged(Rules(("torch",)), None, True, False).score == 6


def test_the_rules_are_a_test_before_the_others_and_say_what_was_broken():
    first, *others = judged(Rules(("torch",)), BREACH, True).tests
    assert (first.outcome, first.cause, first.hint, len(others)) == ("failed", "rule", "rules", 1)
    assert first.message == BREACH.sentence("q", Rules(("torch",)))


def test_without_a_clean_result_a_question_stays_flagged_whatever_its_rules():
    found = score_by_rules(score_question("q", 12, None), Rules(("torch",)), None)
    assert found.flagged and found.tests == ()

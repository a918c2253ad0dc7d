"""How two results of one submission differ, and how it is told."""

from __future__ import annotations

import json

import pytest

from autograder.commands.regrade import as_text
from autograder.course import Course
from autograder.errors import CourseError
from autograder.records import Digests, QuestionResult, Result, TestResult
from autograder.regrade import RECORDS, Change, ChangedTest, Comparison, compare, records


def result(score: float, **outcomes: str) -> Result:
    tests = tuple(TestResult(f"test_q1.py::{name}", f"title of {name}", outcome) for name, outcome in outcomes.items())
    return Result("week", "zoe", "n", "graded", (QuestionResult("q1", score, 4.0, tests),), (), Digests("", "", "", ""))


def test_results_with_the_same_scores_and_outcomes_do_not_differ():
    assert compare(result(2.0, test_a="passed"), result(2.0, test_a="passed")) is None


def test_a_change_names_the_question_and_each_test():
    found = compare(result(4.0, test_a="passed", test_b="passed"), result(2.0, test_a="failed", test_c="passed"))
    assert found.questions == (("q1", 4.0, 2.0),)
    assert [(t.test.split("::")[1], t.before, t.after) for t in found.tests] == [
        ("test_a", "passed", "failed"),
        ("test_b", "passed", "absent"),
        ("test_c", "absent", "passed"),
    ]


def test_another_outcome_at_the_same_score_is_a_change_that_neither_gains_nor_loses():
    change = compare(result(2.0, test_a="passed", test_b="failed"), result(2.0, test_a="failed", test_b="passed"))
    comparison = Comparison("week", (change,))
    assert len(change.tests) == 2 and comparison.gain == comparison.lose == []
    assert "1 keep their score with other tests" in as_text(comparison)


def test_a_question_that_is_gone_or_new_counts_as_nothing_there():
    gone = Result("week", "zoe", "n", "graded", (), (), Digests("", "", "", ""))
    assert compare(result(3.0), gone).questions == (("q1", 3.0, 0.0),)
    assert compare(gone, result(3.0)).questions == (("q1", 0.0, 3.0),)


def test_the_text_shows_who_loses_first_and_by_which_test():
    worse = ChangedTest("q1", "f::test_a", "A", "passed", "failed")
    better = ChangedTest("q1", "f::test_b", "B", "failed", "passed")
    comparison = Comparison(
        "week",
        (
            Change("ann", 1.0, 2.0, (("q1", 1.0, 2.0),), (better,)),
            Change("bob", 4.0, 2.0, (("q1", 4.0, 2.0),), (worse,)),
            Change("cyd", 4.0, 2.0, (("q1", 4.0, 2.0),), (worse,)),
        ),
        ("dan",),
        (("eve", "has handed in another notebook since"),),
    )
    text = as_text(comparison)
    assert text.startswith("week: 1 gain, 2 lose, 0 keep their score with other tests, 1 unchanged.")
    assert text.index("bob") < text.index("ann")
    assert "q1 test_a (A): passed → failed: 2 (bob, cyd)" in text
    assert "Not compared: eve: has handed in another notebook since" in text


def test_a_damaged_record_is_named(tmp_path):
    folder = tmp_path / RECORDS / "week-2026"
    folder.mkdir(parents=True)
    (folder / "regrade.json").write_text(json.dumps({"assignment": "week"}))
    with pytest.raises(CourseError, match="regrade.json: is damaged"):
        records(Course(tmp_path, ("week",)))

"""What stands of an earlier result, and when nothing does."""

from __future__ import annotations

import dataclasses

import pytest

from autograder.kept import NOTHING, kept_of
from autograder.records import CodeCell, Digests, Limits, Note, QuestionResult, Result, Submission, TestResult, Usage
from autograder.rules import TEST

WRONG_NAME = Note("wrong-name", "said by whoever read it")
SUBMISSION = Submission("week", "ann", "n", (CodeCell("q1", "1"),), notes=(WRONG_NAME,))
DIGESTS = Digests(SUBMISSION.digest(), "the new suite", "image", "seed")
NOW = {"q1": "one", "q2": "two, changed"}
PASSED, FAILED = TestResult("test_a", "A", "passed"), TestResult("test_b", "B", "failed", cause="assertion")
RULES = TestResult(TEST, "Keeps to the rules", "not-reached", cause="not-reached")
BEFORE = Result(
    assignment="week",
    student="ann",
    notebook="n",
    verdict="wrong-name",
    questions=(
        QuestionResult("q1", 1.0, 2.0, (RULES, PASSED, FAILED), made_from="one"),
        QuestionResult("q2", 1.0, 2.0, (PASSED,), made_from="two"),
    ),
    cells=(),
    digests=dataclasses.replace(DIGESTS, suite="the old suite"),
    notes=(WRONG_NAME, Note("leaderboard", "harmless")),
    usage=Usage(cpu_seconds=30.0),
    wall_seconds=20.0,
)


def kept(before):
    return kept_of(before, SUBMISSION, DIGESTS, NOW, {"leaderboard"})


def with_first(**changes):
    return dataclasses.replace(
        BEFORE, questions=(dataclasses.replace(BEFORE.questions[0], **changes), BEFORE.questions[1])
    )


def test_the_tests_of_what_has_not_changed_stand_but_for_that_of_the_rules():
    assert kept(BEFORE).tests == {"q1": (PASSED, FAILED)}


@pytest.mark.parametrize("name", ["submission", "image", "seed"])
def test_nothing_stands_of_another_submission_image_or_seed(name):
    digests = dataclasses.replace(BEFORE.digests, **{name: "other"})
    assert kept(dataclasses.replace(BEFORE, digests=digests)) == NOTHING == kept(None)


@pytest.mark.parametrize("kind", ["cpu-limit", "snapshot-lost", "threads", "process-ended", "memory-limit"])
def test_nothing_stands_where_the_notebook_met_trouble(kind):
    assert kept(dataclasses.replace(BEFORE, notes=(*BEFORE.notes, Note(kind, "")))) == NOTHING


@pytest.mark.parametrize("cause", ["not-reached", "cpu-limit"])
def test_nothing_stands_where_questions_may_have_used_up_each_others_time(cause):
    assert kept(with_first(tests=(PASSED, TestResult("t", "T", "failed", cause=cause)))) == NOTHING


def test_a_question_without_a_clean_result_or_of_an_older_version_is_examined_again():
    assert not kept(with_first(flagged=True)) and not kept(with_first(made_from="")) and not kept(with_first(tests=()))


def test_it_stands_only_where_both_gradings_together_keep_to_the_limits():
    limits = Limits(cpu_seconds=60, total_seconds=40)
    assert kept(BEFORE).may_stand([], Usage(30.0), 20.0, limits)
    assert not kept(BEFORE).may_stand([], Usage(30.1), 1.0, limits)
    assert not kept(BEFORE).may_stand([], Usage(1.0), 20.1, limits)
    assert not kept(BEFORE).may_stand([Note("time-limit", "")], Usage(1.0), 1.0, limits)

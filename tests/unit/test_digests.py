"""What a change of a file asks for: a new result of all questions, or of one."""

from __future__ import annotations

import dataclasses

import pytest

from autograder.digests import question_digests, suite_digest
from autograder.records import Limits
from autograder.rules import Rules
from tests.integration.tiny_course import WEEK, write_course


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path)


@pytest.fixture
def hidden(course):
    return course.root / "tests" / "hidden" / WEEK


def changed(course, change, assignment=None):
    """Questions whose digest is another one after ``change``, and whether that of the suite is."""
    before, whole = question_digests(course.assignment(WEEK)), suite_digest(course.assignment(WEEK))
    change()
    assignment = assignment or course.assignment(WEEK)
    after = question_digests(assignment)
    assert suite_digest(assignment) != whole
    return {q for q in before if before[q] != after[q]}


def append(path, text="\n# changed\n"):
    return lambda: path.write_text((path.read_text() if path.exists() else "") + text)


def test_a_changed_module_changes_its_own_question(course, hidden):
    assert changed(course, append(hidden / "test_q2.py")) == {"q2"}


@pytest.mark.parametrize("name", ["conftest.py", "helpers.py", "data.csv"])
def test_a_changed_helper_or_file_changes_every_question(course, hidden, name):
    assert changed(course, append(hidden / name)) == {"q1", "q2", "q3"}


def test_a_changed_reference_changes_every_question(course):
    assert changed(course, append(course.assignment(WEEK).source)) == {"q1", "q2", "q3"}


def test_a_module_that_another_one_names_changes_that_one_too(course, hidden):
    append(hidden / "test_q2.py", "\n# uses test_q1\n")()
    append(hidden / "test_q3.py", "\n# uses test_q2\n")()
    assert changed(course, append(hidden / "test_q1.py")) == {"q1", "q2", "q3"}
    assert changed(course, append(hidden / "test_q3.py")) == {"q3"}


def test_points_and_rules_are_a_questions_own(course):
    week = course.assignment(WEEK)
    first, *others = week.questions
    worth = dataclasses.replace(week, questions=(dataclasses.replace(first, points=9.0), *others))
    assert changed(course, lambda: None, worth) == {"q1"}
    ruled = dataclasses.replace(week, rules=(("q3", Rules(imports=("os",))),))
    assert changed(course, lambda: None, ruled) == {"q3"}


def test_limits_are_everybodys(course):
    week = dataclasses.replace(course.assignment(WEEK), limits=Limits(test_seconds=2))
    assert changed(course, lambda: None, week) == {"q1", "q2", "q3"}

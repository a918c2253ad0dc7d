from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io

import pytest

from autograder.records import TestResult
from autograder.report.class_data import ClassData, QuestionInfo, Student
from autograder.report.exports import (
    canvas_csv,
    gradescope_csv,
    gradescope_results,
    lti_line_item,
    lti_scores,
    moodle_csv,
)
from autograder.report.roster import Person, Waiting

DUE = dt.datetime(2026, 3, 1, 23, tzinfo=dt.UTC)
PEOPLE = {
    "ann": Person("ann", "Ann, Lee", 'O"Hara', "ann@x.example", "lms-1"),
    "ben": Person("ben", "=cmd()", "Bo", "ben@x.example", "lms-2"),
}
CLASS = ClassData(
    "w", "Week 1", (QuestionInfo("q1", 4), QuestionInfo("q2", 6)),
    (Student("ann", score=7.5, scores={"q1": 4.0, "q2": 3.5}, submitted=True, handed_in=DUE, seconds_late=3725,
             penalty=0.5),
     Student("ben", score=0.0, scores={"q1": 0.0, "q2": 0.0}, submitted=True, handed_in=DUE),
     Student("cem"), Student("dee", submitted=True, score=float("nan"))),
    due=DUE, waiting=(Waiting("ben", "q2", "nb", "1"),),
)  # fmt: skip


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def test_canvas_gets_points_possible_and_no_zero_for_who_was_not_graded():
    head, possible, *students = rows(canvas_csv(CLASS, PEOPLE, "Week 1 (77)"))
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 1 (77)"]
    assert possible == ["    Points Possible", "", "", "", "", "10"]
    assert [(r[0], r[1], r[3], r[5]) for r in students] == [
        ('O"Hara, Ann, Lee', "lms-1", "ann", "7.5"),
        ("Bo, =cmd()", "lms-2", "ben", "0"),
        ("cem", "", "cem", ""),
        ("dee", "", "dee", ""),
    ]


def test_moodle_maps_by_username_and_no_cell_is_a_formula():
    head, ann, ben, *_ = rows(moodle_csv(CLASS, PEOPLE))
    assert head == ["username", "Email address", "First name", "Last name", "Week 1"]
    assert ann == ["ann", "ann@x.example", "Ann, Lee", 'O"Hara', "7.5"]
    assert ben[2] == "'=cmd()"


@pytest.mark.parametrize("title", ["=1+1", "@sum", "\t=x", "＝1"])
def test_no_heading_is_a_formula(title):
    evil = dataclasses.replace(CLASS, title=title, questions=(QuestionInfo("-q", 4),))
    tables = (canvas_csv(evil, PEOPLE), canvas_csv(CLASS, PEOPLE, title), moodle_csv(evil, PEOPLE))
    assert [rows(table)[0][-1] for table in tables] == [f"'{title}"] * 3
    assert rows(gradescope_csv(evil, PEOPLE))[0][-1] == "'-q (4 pts)"


def test_gradescope_lists_questions_status_and_lateness():
    head, *students = rows(gradescope_csv(CLASS, PEOPLE))
    assert head[-2:] == ["q1 (4 pts)", "q2 (6 pts)"]
    found = {r[2]: dict(zip(head, r, strict=True)) for r in students}
    assert found["ann"]["Lateness (H:M:S)"] == "01:02:05" and found["ann"]["q2 (6 pts)"] == "3.5"
    assert {s: f["Status"] for s, f in found.items()} == {
        "ann": "Graded", "ben": "Graded", "cem": "Missing", "dee": "Graded"
    }  # fmt: skip


def answers(*tests, **over):
    """A student's answer to one question of four points, scored by its tests."""
    score = 4.0 * sum(t.weight for t in tests if t.passed) / sum(t.weight for t in tests) if tests else 0.0
    found = {"score": score, "scores": {"q1": score}, "tests": {"q1": tests}, "verdict": "graded"}
    return Student("ann", **(found | over))


def results(student, *questions, notes=()):
    return gradescope_results(student, questions or (QuestionInfo("q1", 4),), notes)


def test_results_json_adds_up_and_tells_nothing_that_is_for_staff():
    found = results(
        answers(
            TestResult("test_a", "Any number", "passed", weight=2),
            TestResult("test_b", "Large", "failed", message="Add one.", detail="SECRET", calls="SECRET"),
            TestResult("test_c", "SECRET title", "passed", visibility="staff"),
            TestResult("test_d", "Later", "failed", message="Hm.", visibility="after_due"),
        ),
        notes=["A note."],
    )
    assert "SECRET" not in str(found)
    assert found["score"] == 2.4
    assert sum(t["score"] for t in found["tests"]) == pytest.approx(2.4)
    assert sum(t["max_score"] for t in found["tests"]) == pytest.approx(4.0)
    assert [t["visibility"] for t in found["tests"]] == ["visible", "visible", "after_due_date", "hidden"]
    assert found["tests"][1]["output"] == "Add one." and found["output"] == "A note."


def test_a_question_without_a_result_is_a_line_of_its_own():
    (test,) = results(answers())["tests"]
    assert (test["score"], test["max_score"]) == (0.0, 4.0)


def test_results_json_has_what_people_gave_and_what_lateness_took():
    passed, failed = TestResult("test_a", "A", "passed"), TestResult("test_b", "B", "failed")
    student = answers(passed, failed, score=4.5, scores={"q1": 3.0, "essay": 2.0}, penalty=0.5)
    found = results(student, QuestionInfo("q1", 4), QuestionInfo("essay", 5, True), QuestionInfo("more", 1, True))
    assert found["score"] == 4.5
    assert found["output"].splitlines() == [
        "q1: 3 of 4 points by hand; its tests alone give 2.",
        "0.5 points were taken off for being late.",
    ]
    essay, more = found["tests"][2:]
    assert (essay["name"], essay["score"], essay["max_score"]) == ("essay", 2.0, 5)
    assert more["score"] == 0.0 and "has to read" in more["output"]
    assert sum(t["score"] for t in found["tests"]) == 4.0


def test_lti_scores_are_for_those_whom_the_platform_knows():
    now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    ann, ben = lti_scores(CLASS, PEOPLE, now)
    assert (ann["userId"], ann["scoreGiven"], ann["scoreMaximum"], ann["gradingProgress"]) == (
        "lms-1", 7.5, 10, "FullyGraded"
    )  # fmt: skip
    assert "late" in ann["comment"]
    assert ben["gradingProgress"] == "PendingManual" and ben["timestamp"] == "2026-03-02T00:00:00.000+00:00"


def test_the_line_item_has_label_maximum_and_due_date():
    assert lti_line_item(CLASS) == {
        "scoreMaximum": 10, "label": "Week 1", "resourceId": "w", "tag": "autograder",
        "endDateTime": "2026-03-01T23:00:00+00:00",
    }  # fmt: skip

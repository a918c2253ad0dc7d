"""Grades for other systems: Canvas, Moodle and Gradescope as CSV, Gradescope's results.json, LTI 1.3 scores.

All are made from :class:`~autograder.report.class_data.ClassData` and write nothing themselves.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.records import TestResult
from autograder.report.class_data import ClassData, QuestionInfo, Student
from autograder.report.question import test_lines
from autograder.report.roster import Person
from autograder.report.tables import to_csv

People = Mapping[str, Person]
SHOWN = ("public", "after_due")
TOLERANCE = 1e-6
"""Points by which a score may differ from what its tests give without a person having changed it."""


def canvas_csv(data: ClassData, people: People, column: str = "") -> str:
    """A gradebook import for Canvas.

    Canvas finds a student by ID (nbgrader's LMS user ID), else by SIS Login ID (the student's name here), and an
    assignment by its title or by ``Title (1234)``. Who was not graded gets no score, not a zero.

    Parameters
    ----------
    column : str
        Heading of the assignment's column as Canvas has it; default the title.
    """
    title = column or data.title or data.assignment
    rows: list[list[Any]] = [["    Points Possible", "", "", "", "", data.maximum]]
    rows += [
        [_sortable(people.get(s.student), s), _lms(people, s), "", s.student, "", s.score] for s in data.students
    ]
    return to_csv(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title], rows)


def moodle_csv(data: ClassData, people: People) -> str:
    """A grade import for Moodle: mapped by username or e-mail address; one column for the assignment."""
    title = data.title or data.assignment
    rows = [
        [s.student, _person(people, s).email, _person(people, s).first_name, _person(people, s).last_name, s.score]
        for s in data.students
    ]
    return to_csv(["username", "Email address", "First name", "Last name", title], rows)


def gradescope_csv(data: ClassData, people: People) -> str:
    """Scores by question as Gradescope's own export lists them."""
    questions = [f"{q.name} ({q.points:g} pts)" for q in data.questions]
    head = ["First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission Time",
            "Lateness (H:M:S)", *questions]  # fmt: skip
    rows = []
    for s in data.students:
        person = _person(people, s)
        status = "Missing" if not s.submitted else "Graded" if s.score is not None else "Ungraded"
        handed_in = f"{s.handed_in:%Y-%m-%d %H:%M:%S %z}" if s.handed_in else ""
        scores = [s.scores.get(q.name) for q in data.questions]
        rows.append([person.first_name, person.last_name, s.student, person.email, s.score, data.maximum, status,
                     handed_in, _lateness(s.seconds_late), *scores])  # fmt: skip
    return to_csv(head, rows)


def gradescope_results(
    student: Student, questions: Sequence[QuestionInfo], notes: Sequence[str] = (), shown: Sequence[str] = SHOWN
) -> dict[str, Any]:
    """What a Gradescope autograder writes to results.json: a test a line, with what the student may read.

    The score is the student's final one: people's points count and the penalty is off, and ``output`` says so where the
    lines do not add up to it. Tests that the student may not see are summed up in one hidden test.

    Parameters
    ----------
    student : Student
        With a score.
    notes : sequence of str
        What the student was told about the whole submission.
    """
    lines: list[dict[str, Any]] = []
    told = list(notes)
    for q in questions:
        score, tests = student.scores.get(q.name), student.tests.get(q.name, ())
        if not tests:
            lines.append(_bare_line(q, score))
            continue
        found, earned = _test_lines(q, tests, shown)
        lines += found
        if score is not None and abs(score - earned) > TOLERANCE:
            told.append(f"{q.name}: {score:g} of {q.points:g} points by hand; its tests alone give {earned:g}.")
    if student.penalty:
        told.append(_penalty(student))
    return {
        "score": student.score,
        **({"execution_time": round(student.wall_seconds, 3)} if math.isfinite(student.wall_seconds) else {}),
        "output": "\n".join(told),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": lines,
    }


def _bare_line(q: QuestionInfo, score: float | None) -> dict[str, Any]:
    """A question without tests: a person reads it, or grading gave no result."""
    line = {"name": q.name, "max_score": q.points, "visibility": "visible"}
    if not q.manual:
        return {**line, "score": score or 0.0, "status": "failed", "output": "This question has no result."}
    if score is None or not math.isfinite(score):
        return {**line, "score": 0.0, "output": "A person has to read this answer first."}
    return {**line, "score": score}


def _test_lines(
    q: QuestionInfo, tests: Sequence[TestResult], shown: Sequence[str]
) -> tuple[list[dict[str, Any]], float]:
    """A line a test that may be shown, one for all others, and the points that the tests give."""
    lines: list[dict[str, Any]] = []
    total = sum(t.weight for t in tests) or 1.0
    left_score = left_points = 0.0
    for t in tests:
        points = q.points * t.weight / total
        earned = points if t.passed else 0.0
        if t.visibility not in shown:
            left_score, left_points = left_score + earned, left_points + points
            continue
        (line,), common, _ = test_lines([t], shown)
        lines.append({
            "name": f"{q.name}: {line.title}",
            "score": round(earned, 4),
            "max_score": round(points, 4),
            "status": "passed" if t.passed else "failed",
            "output": line.message or common,
            "visibility": "visible" if t.visibility == "public" else "after_due_date",
        })  # fmt: skip
    if left_points:
        lines.append({"name": f"{q.name}: further tests", "score": round(left_score, 4),
                      "max_score": round(left_points, 4), "visibility": "hidden"})  # fmt: skip
    return lines, q.points * sum(t.weight for t in tests if t.passed) / total


def lti_line_item(data: ClassData) -> dict[str, Any]:
    """The assignment as a line item of LTI 1.3 Assignment and Grade Services 2.0."""
    item: dict[str, Any] = {
        "scoreMaximum": data.maximum,
        "label": data.title or data.assignment,
        "resourceId": data.assignment,
        "tag": "autograder",
    }
    if data.due is not None:
        item["endDateTime"] = data.due.astimezone(dt.UTC).isoformat(timespec="seconds")
    return item


def lti_scores(data: ClassData, people: People, now: dt.datetime | None = None) -> list[dict[str, Any]]:
    """A score for each student whom the platform knows (nbgrader's LMS user ID), as AGS wants it.

    What still waits for a person is *PendingManual*; who has nothing that was graded has no entry, not a zero.
    """
    stamp = (now or dt.datetime.now(dt.UTC)).isoformat(timespec="milliseconds")
    waiting = {w.student for w in data.waiting}
    scores = []
    for s in data.students:
        user = _lms(people, s)
        if not user or s.score is None or not math.isfinite(s.score):
            continue
        scores.append({
            "userId": user,
            "scoreGiven": round(s.score, 4),
            "scoreMaximum": data.maximum,
            "timestamp": stamp,
            "activityProgress": "Completed",
            "gradingProgress": "PendingManual" if s.student in waiting else "FullyGraded",
            **({"comment": _penalty(s)} if s.penalty else {}),
        })  # fmt: skip
    return scores


def _penalty(student: Student) -> str:
    return f"{student.penalty:g} points were taken off for being late."


def _person(people: People, student: Student) -> Person:
    return people.get(student.student, Person(student.student))


def _lms(people: People, student: Student) -> str:
    return _person(people, student).lms_id


def _sortable(person: Person | None, student: Student) -> str:
    if person is None or not person.name:
        return student.student
    return ", ".join(part for part in (person.last_name, person.first_name) if part)


def _lateness(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"

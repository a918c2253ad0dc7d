"""What the reports ask the gradebook for: the class, who handed in and when, what people still have to read."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import selectinload

from autograder.errors import StoreUnavailable
from autograder.nbgrader_bridge.commands import load_settings
from autograder.report.roster import GradebookEntry, Person, Roster, Waiting


def read_roster(root: Path, assignment: str) -> Roster | None:
    """The gradebook's view of an assignment; None where the course has no gradebook yet.

    Raises
    ------
    StoreUnavailable
        If the gradebook cannot be read.
    """
    url = gradebook_url(root)
    if url is None:
        return None
    try:
        with Gradebook(url) as gb:
            return _read(gb, assignment)
    except SQLAlchemyError as e:
        reason = str(getattr(e, "orig", None) or e).splitlines()[0]
        raise StoreUnavailable(f"{root}: the gradebook cannot be read ({reason}). Run: nbgrader db upgrade") from e


def gradebook_url(root: Path) -> str | None:
    """URL of the course's gradebook as its settings name it; None for an SQLite file that is not there."""
    if not (root / "nbgrader_config.py").is_file():
        return None
    url = load_settings(root).CourseDirectory.get("db_url") or f"sqlite:///{root / 'gradebook.db'}"
    path = str(url).removeprefix("sqlite:///") if str(url).startswith("sqlite:///") else None
    # opening a file that is not there would make an empty gradebook
    return str(url) if path is None or Path(path).is_file() else None


def _read(gb: Gradebook, name: str) -> Roster:
    people = tuple(
        Person(s.id, s.first_name or "", s.last_name or "", s.email or "", s.lms_user_id or "")
        for s in sorted(gb.students, key=lambda s: s.id)
    )
    try:
        assignment = gb.find_assignment(name)
    except MissingEntry:
        return Roster(people)
    maximum = {
        cell.name: float(cell.max_score)
        for notebook in assignment.notebooks
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    }
    entries, waiting = {}, []
    # notebooks and grades of all submissions in two queries instead of two a student
    grades = selectinload(SubmittedAssignment.notebooks).selectinload(SubmittedNotebook.grades)
    for submitted in gb.db.query(SubmittedAssignment).filter_by(assignment_id=assignment.id).options(grades):
        student = submitted.student_id
        scores: dict[str, float] = {}
        by_hand = set()
        for notebook in submitted.notebooks:
            for grade in notebook.grades:
                if grade.auto_score is not None or grade.manual_score is not None:
                    scores[grade.name] = float(grade.score)
                if grade.manual_score is not None:
                    by_hand.add(grade.name)
                if grade.needs_manual_grade and maximum.get(grade.name, 0.0) > 0:
                    waiting.append(Waiting(student, grade.name, notebook.name, notebook.id))
        entries[student] = GradebookEntry(
            student=student,
            handed_in=_zoned(submitted.timestamp),
            seconds_late=float(submitted.total_seconds_late),
            penalty=float(sum(n.late_submission_penalty or 0.0 for n in submitted.notebooks)),
            extension=submitted.extension,
            scores=scores,
            by_hand=frozenset(by_hand),
        )
    waiting.sort(key=lambda w: (w.question, w.student))
    return Roster(people, entries, maximum, tuple(waiting), _zoned(assignment.duedate))


def _zoned(when: dt.datetime | None) -> dt.datetime | None:
    """nbgrader keeps naive UTC."""
    return None if when is None else when.replace(tzinfo=dt.UTC)


def submissions_of(gb: Gradebook, assignment: str, students: Iterable[str]) -> Iterator[SubmittedAssignment]:
    """The gradebook's submissions of those of the students who have one."""
    for student in students:
        with contextlib.suppress(MissingEntry):
            yield gb.find_submission(assignment, student)


def automatic_scores(db_url: str, assignment: str) -> dict[str, dict[str, float | None]]:
    """What the tests gave, by student and cell; None where nothing was graded."""
    with Gradebook(db_url) as gb:
        return {
            s.student.id: {g.name: g.auto_score for nb in s.notebooks for g in nb.grades}
            for s in gb.assignment_submissions(assignment)
        }


def duedate_of(db_url: str, assignment: str) -> dt.datetime | None:
    """When an assignment is due, in nbgrader's naive UTC; None where the gradebook does not say."""
    with Gradebook(db_url) as gb:
        try:
            return gb.find_assignment(assignment).duedate
        except MissingEntry:
            return None

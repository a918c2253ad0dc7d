"""Exports of a course on disk."""

from __future__ import annotations

import json
import math
from pathlib import Path

from autograder.course import Course
from autograder.report.class_data import ClassData
from autograder.report.class_report import file_name
from autograder.report.exports import (
    canvas_csv,
    gradescope_csv,
    gradescope_results,
    lti_line_item,
    lti_scores,
    moodle_csv,
)
from autograder.report.files import make_private, write_text
from autograder.reporting import gather, roster_of
from autograder.store import Store, default_url

EXPORTS = Path("course") / "exports"


def export_grades(course: Course, week: str, form: str, to: Path | None = None, column: str = "") -> list[Path]:
    """Write the grades of an assignment in one format; returns the files written.

    Parameters
    ----------
    form : str
        "canvas", "moodle", "gradescope", "gradescope-results" or "lti".
    to : Path, optional
        File, or folder of ``gradescope-results``.

    Raises
    ------
    CourseError, StoreUnavailable, Unwritable
    """
    folder = course.root / EXPORTS
    data = gather(course, week)
    if form == "gradescope-results":
        return _results(course, data, to or folder / f"{week}-gradescope")
    roster = roster_of(course, week)
    people = {p.student: p for p in roster.people} if roster is not None else {}
    if form == "lti":
        scores = {"lineItem": lti_line_item(data), "scores": lti_scores(data, people)}
        return [_write(to or folder / f"{week}-lti.json", json.dumps(scores, indent=1, allow_nan=False))]
    text = {
        "canvas": lambda: canvas_csv(data, people, column),
        "moodle": lambda: moodle_csv(data, people),
        "gradescope": lambda: gradescope_csv(data, people),
    }[form]()
    return [_write(to or folder / f"{week}-{form}.csv", text)]


def _results(course: Course, data: ClassData, folder: Path) -> list[Path]:
    """A results.json for each student who has a score."""
    notes: dict[str, list[str]] = {}
    with Store(default_url(course.root)) as store:
        for stored in store.newest(data.assignment, cells=False):
            notes.setdefault(stored.result.student, []).extend(note.text for note in stored.result.notes)
    paths = []
    for student in data.graded:
        if not math.isfinite(student.score):
            continue
        found = gradescope_results(student, data.questions, notes.get(student.student, ()))
        name = file_name(student.student).removesuffix(".html")
        paths.append(_write(folder / name / "results.json", json.dumps(found, indent=1, allow_nan=False)))
    return paths


def _write(path: Path, text: str) -> Path:
    make_private(path.parent)
    write_text(path, text)
    return path

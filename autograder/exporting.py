"""Exports of a course on disk."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.course import Course
from autograder.report.class_report import file_name, make_private
from autograder.report.exports import (
    canvas_csv,
    gradescope_csv,
    gradescope_results,
    lti_line_item,
    lti_scores,
    moodle_csv,
)
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
    CourseError, StoreUnavailable
    """
    folder = course.root / EXPORTS
    if form == "gradescope-results":
        return _results(course, week, to or folder / f"{week}-gradescope")
    data = gather(course, week)
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


def _results(course: Course, week: str, folder: Path) -> list[Path]:
    course.assignment(week)
    paths = []
    with Store(default_url(course.root)) as store:
        for stored in store.newest(week):
            name = file_name(stored.result.student).removesuffix(".html")
            text = json.dumps(gradescope_results(stored.result), indent=1, allow_nan=False)
            paths.append(_write(folder / name / "results.json", text))
    return paths


def _write(path: Path, text: str) -> Path:
    make_private(path.parent)
    path.write_text(text, encoding="utf-8", newline="")
    return path

"""``nbgrader export``: nbgrader's own table made safe for spreadsheets, and grades for learning platforms.

``nbgrader export`` writes :class:`SafeCsvExport` in a course of ours; for the others, say
``nbgrader export --exporter=autograder.nbgrader_bridge.export.CanvasExport --to=course/exports``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from autograder.course import load_course
from autograder.errors import CourseError, GraderError
from autograder.report.files import make_private, write_text
from autograder.report.tables import to_csv

COLUMNS = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
           "late_submission_penalty", "score", "max_score")  # fmt: skip


class OurExport(ExportPlugin):
    """What cannot be exported ends with a message and the error's exit code."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades.

        Raises
        ------
        SystemExit
            With the error's exit code, after its message.
        """
        try:
            for path in self.write(gradebook):
                self.log.info("Exported grades to %s", path)
        except GraderError as e:
            self.log.error("%s: %s", e.verdict, e)
            raise SystemExit(e.exit_code) from e

    def write(self, gradebook: Gradebook) -> Iterable[Path]:
        """Write the files; raises GraderError."""
        raise NotImplementedError


class SafeCsvExport(OurExport):
    """The columns of nbgrader's own export. Its cells are quoted, and none of them is a formula."""

    def write(self, gradebook: Gradebook) -> Iterable[Path]:
        """Write the table to ``--to``, or course/grades.csv: grades have no place in the repository."""
        path = Path(self.to or Path(self.parent.coursedir.root) / "course" / "grades.csv")
        make_private(path.parent)
        write_text(path, to_csv(COLUMNS, self._rows(gradebook)))
        return [path]

    def _rows(self, gradebook: Gradebook) -> list[list[Any]]:
        assignments = {str(name) for name in self.assignment}
        students = {str(name) for name in self.student}
        rows = []
        for assignment in gradebook.assignments:
            if assignments and assignment.name not in assignments:
                continue
            for student in gradebook.students:
                if students and student.id not in students:
                    continue
                try:
                    submission = gradebook.find_submission(assignment.name, student.id)
                    raw, penalty = submission.score, submission.late_submission_penalty or 0.0
                    when = submission.timestamp
                except MissingEntry:  # as nbgrader does: who handed in nothing has a zero
                    raw, penalty, when = 0.0, 0.0, None
                rows.append([assignment.name, assignment.duedate, when, student.id, student.last_name,
                             student.first_name, student.email, raw, penalty, max(0.0, raw - penalty),
                             assignment.max_score])  # fmt: skip
        return rows


class LmsExport(OurExport):
    """One file an assignment, in the folder that ``--to`` names (default: course/exports).

    For one assignment ``--to`` may be a file: a name that ends with .csv or .json and is no folder.
    """

    form = ""

    def write(self, gradebook: Gradebook) -> Iterable[Path]:
        """Write the files.

        Raises
        ------
        CourseError
            If one file is named for several assignments.
        """
        from autograder.exporting import export_grades

        course = load_course(self.parent.coursedir.root)
        wanted = [str(name) for name in self.assignment]
        names = wanted or [a.name for a in gradebook.assignments if a.name in course.assignments]
        to = Path(self.to) if self.to else None
        one_file = to is not None and to.suffix in (".csv", ".json") and not to.is_dir()
        if one_file and len(names) > 1:
            raise CourseError(
                f"{to}: one file cannot hold {', '.join(names)}. Name a folder, or one of them with --assignment=NAME."
            )
        ending = "json" if self.form == "lti" else "csv"
        for name in names:
            path = to if to is None or one_file else to / f"{name}-{self.form}.{ending}"
            yield from export_grades(course, name, self.form, path)


class CanvasExport(LmsExport):
    """For Canvas' gradebook import."""

    form = "canvas"


class MoodleExport(LmsExport):
    """For Moodle's grade import."""

    form = "moodle"


class GradescopeExport(LmsExport):
    """Scores by question, as Gradescope lists them."""

    form = "gradescope"


class LtiExport(LmsExport):
    """Line item and scores for LTI 1.3 Assignment and Grade Services."""

    form = "lti"

"""``nbgrader export``: nbgrader's own table made safe for spreadsheets, and grades for learning platforms.

``nbgrader export`` writes :class:`SafeCsvExport` in a course of ours; for the others, say
``nbgrader export --exporter=autograder.nbgrader_bridge.export.CanvasExport --to=grades``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from autograder.course import load_course
from autograder.errors import GraderError
from autograder.report.tables import to_csv

COLUMNS = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
           "late_submission_penalty", "score", "max_score")  # fmt: skip


class SafeCsvExport(ExportPlugin):
    """The columns of nbgrader's own export. Its cells are quoted, and none of them is a formula."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to ``--to``, or grades.csv."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        path.write_text(to_csv(COLUMNS, self._rows(gradebook)), encoding="utf-8", newline="")

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


class LmsExport(ExportPlugin):
    """One file an assignment, in the folder that ``--to`` names (default: beside the gradebook)."""

    form = ""

    def export(self, gradebook: Gradebook) -> None:
        """Write the files.

        Raises
        ------
        SystemExit
            With the error's exit code, after its message.
        """
        from autograder.exporting import export_grades

        try:
            course = load_course(self.parent.coursedir.root)
            wanted = [str(name) for name in self.assignment]
            names = wanted or [a.name for a in gradebook.assignments if a.name in course.assignments]
            ending = "json" if self.form == "lti" else "csv"
            folder = Path(self.to) if self.to and Path(self.to).suffix == "" else None
            for name in names:
                to = folder / f"{name}-{self.form}.{ending}" if folder is not None else None
                for path in export_grades(course, name, self.form, to):
                    self.log.info("Exported grades to %s", path)
        except GraderError as e:
            self.log.error("%s: %s", e.verdict, e)
            raise SystemExit(e.exit_code) from e


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

"""``nbgrader generate_feedback``: our page in the place of nbgrader's template.

nbgrader's own page shows the hidden tests of a notebook and the tracebacks that quote them, loads MathJax from a
content network and shows a grade cell's score as one of its outputs. This one is made by
:mod:`autograder.report.student_page`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook
from traitlets import default

from autograder.course import Assignment, load_course
from autograder.errors import CourseError
from autograder.nbgrader_bridge.database import share_engines
from autograder.report.facts import Facts, Graded
from autograder.report.feedback import visible_now
from autograder.report.student_page import student_page


class FeedbackExporter(Exporter):
    """Writes one student's page; the grades come from the gradebook, the tests from the notebook's metadata."""

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def __init__(self, config: Any = None, **kw: Any):
        super().__init__(config=config, **kw)
        share_engines()
        self._assignments: dict[str, Assignment | None] = {}

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, ResourcesDict]:
        """The notebook as a page."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        who = resources["nbgrader"]
        with Gradebook(who["db_url"]) as gb:
            facts = read_facts(gb, who["assignment"], who["notebook"], who["student"], self._assignment(who))
        return student_page(notebook, facts), resources

    def _assignment(self, who: Any) -> Assignment | None:
        """What the course says of the assignment; None where it cannot be read: feedback needs no course."""
        name = who["assignment"]
        if name not in self._assignments:
            try:
                self._assignments[name] = load_course(self.parent.coursedir.root).assignment(name)
            except CourseError:
                self._assignments[name] = None
        return self._assignments[name]


def read_facts(gb: Gradebook, name: str, notebook: str, student: str, assignment: Assignment | None) -> Facts:
    """What the gradebook and the course know of one submitted notebook.

    Raises
    ------
    MissingEntry
        If the gradebook has no such submission.
    """
    submitted = gb.find_submission(name, student)
    part = gb.find_submission_notebook(notebook, name, student)
    grades = {
        g.name: Graded(
            score=g.score if g.auto_score is not None or g.manual_score is not None else None,
            max_score=g.max_score,
            auto_score=g.auto_score,
            manual_score=g.manual_score,
            needs_manual_grade=g.needs_manual_grade,
        )
        for g in part.grades
    }
    due = _zoned(submitted.duedate) if submitted.assignment.duedate is not None else None
    return Facts(
        student=student,
        assignment=name,
        title=(assignment.title if assignment is not None else "") or name,
        grades=grades,
        comments={c.name: c.comment for c in part.comments if c.comment},
        handed_in=_zoned(submitted.timestamp),
        due=due,
        extension=submitted.extension if due is not None else None,
        seconds_late=float(submitted.total_seconds_late),
        penalty=float(part.late_submission_penalty or 0.0),
        policy=str(assignment.late) if assignment is not None and assignment.late is not None else "",
        shown=visible_now(due or (assignment.due if assignment is not None else None)),
        reading=assignment.reading if assignment is not None else {},
    )


def _zoned(when: dt.datetime | None) -> dt.datetime | None:
    """nbgrader keeps naive UTC."""
    return None if when is None else when.replace(tzinfo=dt.UTC)



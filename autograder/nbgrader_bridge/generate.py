"""``nbgrader generate_assignment``: its source is made from solutions/ just before it is read."""

from __future__ import annotations

import logging
from datetime import UTC
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course import Course, load_course
from autograder.errors import CourseError, GraderError, Unwritable
from autograder.nbgrader_bridge.writable import check_writable
from autograder.release import RELEASE, prepare_source


class ReleaseExporter(NotebookExporter):
    """nbgrader makes its exporter once, before it converts: the moment to bring the source up to date."""

    def __init__(self, config: Any = None, **kw: Any):
        super().__init__(config=config, **kw)
        self._due: Any = None
        if isinstance(self.parent, GenerateAssignment):
            self._refresh(self.parent)

    def _refresh(self, converter: GenerateAssignment) -> None:
        name = converter.coursedir.assignment_id
        try:
            course = load_course(converter.coursedir.root)
            if course.plain:
                return
            coursedir = converter.coursedir
            target = Path(coursedir.format_path(coursedir.release_directory, ".", name))
            check_writable([target.parent, target], coursedir.db_url)
            prepare_source(course, name)
            self._due = course.assignment(name).due
        except GraderError as e:
            raise stop(converter, e) from e
        converter.init_notebooks()

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        converter = self.parent
        if self._due is not None and not converter.no_database:
            # the manifest is the one place where the due date is written; nbgrader keeps naive UTC
            due = self._due.astimezone(UTC).replace(tzinfo=None)
            with Gradebook(converter.coursedir.db_url, converter.coursedir.course_id) as gb:
                gb.update_or_create_assignment(converter.coursedir.assignment_id, duedate=due)
        return super().from_filename(filename, resources=resources, **kw)


def stop(converter: Any, error: GraderError) -> SystemExit:
    """Log every problem of an error; the exception to raise ends the command with the error's exit code."""
    problems = error.problems if isinstance(error, CourseError) else (str(error),)
    for problem in problems:
        converter.log.error("%s: %s", error.verdict, problem)
    return SystemExit(error.exit_code)


def release_assignment(course: Course, name: str) -> Path:
    """What ``nbgrader generate_assignment <name>`` does in the course's folder; returns the released folder.

    Raises
    ------
    CourseError
        If the assignment has problems, or nbgrader cannot make the release.
    Unwritable
        If the gradebook or the release cannot be written.
    """
    from autograder.nbgrader_bridge.commands import run_nbgrader

    course.assignment(name)  # its problems, all at once, before nbgrader says a word
    code = run_nbgrader(course.root, ["generate_assignment", name, "--log-level=ERROR"])
    if code == Unwritable.exit_code:
        raise Unwritable(f"{name}: nothing was released, see the message above.")
    if code:
        raise CourseError(f"{name}: nbgrader generate_assignment ended with status {code}. See its messages above.")
    return course.root / RELEASE / name


def generate_release(scratch: Path, name: str) -> Path:
    """Make ``scratch/release/<name>`` from ``scratch/source/<name>`` with nbgrader's own preprocessors.

    No gradebook is touched.
    """
    config = Config()
    config.SaveCells.enabled = False
    coursedir = CourseDirectory(root=str(scratch), assignment_id=name)
    converter = GenerateAssignment(coursedir=coursedir, config=config, no_database=True)
    converter.log = logging.getLogger("autograder.release")
    try:
        converter.start()
    except NbGraderException as e:
        raise CourseError(f"{name}: nbgrader cannot make the release ({e}). See its messages above.") from e
    return scratch / "release" / name

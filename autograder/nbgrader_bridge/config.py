"""What nbgrader_config.py calls: where things lie, and which of nbgrader's parts are replaced by ours.

Nothing of nbgrader is imported here; every class is named by a string, so that a student's
``nbgrader list`` pays nothing for it.
"""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

from autograder.course import Course, load_course
from autograder.errors import CourseError, GraderError
from autograder.intake import SHARED_ACCOUNT_VARIABLE

EXCHANGE_VARIABLE = "AUTOGRADER_EXCHANGE"
GRADEBOOK_VARIABLE = "AUTOGRADER_GRADEBOOK"
_BRIDGE = "autograder.nbgrader_bridge"
_said: set[str] = set()


def configure(c: Any, root: Path | str | None = None) -> None:
    """Settings for a course of ours whose repository root is ``root`` (default: the working directory).

    The exchange lies in ``course/exchange`` unless the environment variable AUTOGRADER_EXCHANGE names
    another folder (a shared one, on a server). AUTOGRADER_GRADEBOOK names a gradebook that is no SQLite file in
    ``course/`` (``postgresql+psycopg://...``).
    """
    root = Path(root or os.getcwd()).resolve()
    if shutil.which("alembic") is None:
        # nbgrader starts alembic by name and leaves half a gradebook where it is not found
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.source_directory = "course/source"
    c.CourseDirectory.release_directory = "assignments"
    c.CourseDirectory.submitted_directory = "course/submitted"
    c.CourseDirectory.autograded_directory = "course/autograded"
    c.CourseDirectory.feedback_directory = "course/feedback"
    c.CourseDirectory.solution_directory = "course/solution"
    c.CourseDirectory.source_with_tests_directory = "course/source_with_tests"
    c.CourseDirectory.db_url = os.environ.get(GRADEBOOK_VARIABLE) or f"sqlite:///{root / 'course' / 'gradebook.db'}"
    c.ExportApp.plugin_class = f"{_BRIDGE}.export.SafeCsvExport"
    c.GenerateAssignment.exporter_class = f"{_BRIDGE}.generate.ReleaseExporter"
    # assignments/ is derived and committed: on a fresh clone it is there before the gradebook knows of it
    c.GenerateAssignment.force = True

    exchange = os.environ.get(EXCHANGE_VARIABLE)
    c.Exchange.root = exchange or str(root / "course" / "exchange")
    configure_grading(c)
    if exchange:
        # a shared one: names and times in it are written by students
        c.ExchangeFactory.collect = f"{_BRIDGE}.collect_owned.OwnedCollect"
        c.OwnedCollect.owned = not os.environ.get(SHARED_ACCOUNT_VARIABLE)
    else:
        c.Exchange.cache = str(root / "course" / "cache")
    _prepare(root, make_exchange=not exchange)


def configure_grading(c: Any) -> None:
    """Only the grading: for a course that keeps nbgrader's own layout."""
    # nbgrader 0.9 with SQLAlchemy 2 says this of each submission; it is harmless and hides what matters
    warnings.filterwarnings("ignore", message="Object of type .* not in session", module=r"nbgrader\.api")
    c.Autograde.exporter_class = f"{_BRIDGE}.exporter.SubmissionExporter"
    # What nbgrader's sanitising preprocessors do, and what they do not survive, is in restore.py. Nor is there
    # a CheckCellMetadata: a restored cell's metadata comes from the gradebook, and to check it takes a third of a run.
    # (nbconvert wants at least one preprocessor; this one finds nothing to do.)
    c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.ClearOutput"]
    c.Autograde.autograde_preprocessors = [
        f"{_BRIDGE}.grade.GradeInSandbox",
        "nbgrader.preprocessors.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.LimitOutput",
        f"{_BRIDGE}.save_grades.SaveGrades",
        f"{_BRIDGE}.late_penalties.CoursePenalties",
        f"{_BRIDGE}.after.AfterGrades",
    ]
    c.GenerateFeedback.exporter_class = f"{_BRIDGE}.feedback.FeedbackExporter"
    c.GenerateFeedback.preprocessors = []  # GetGrades puts into the notebook what our page asks the gradebook for
    c.ExchangeFactory.collect = f"{_BRIDGE}.collect.PlainFilesCollect"
    c.HTMLExporter.filters = {"markdown2html": f"{_BRIDGE}.pages.markdown2html"}


def _prepare(root: Path, make_exchange: bool) -> None:
    """Make what nbgrader expects to find: its folders, and a source for each assignment.

    Only what is missing is made here; `nbgrader generate_assignment` brings the rest up to date. A
    problem is reported and left to the command that needs the missing piece.
    """
    try:
        (root / "course").mkdir(exist_ok=True)
        if make_exchange:
            exchange = root / "course" / "exchange"
            if not exchange.is_dir():
                exchange.mkdir()
                exchange.chmod(0o777)
    except OSError as e:
        _say_once(f"{root / 'course'} cannot be made ({e.strerror}). Make {root} writable.")
        return
    try:
        course = load_course(root)
        missing = [] if course.plain else [n for n in course.assignments if not _source(root, n).is_dir()]
    except CourseError as e:
        _say_once(str(e))
        return
    for name in missing:
        _prepare_source(course, name)


def _prepare_source(course: Course, name: str) -> None:
    from autograder.release import prepare_source

    try:
        prepare_source(course, name)
    except CourseError as e:
        count = len(e.problems)
        _say_once(f"{name} has {count} problem{'s' if count > 1 else ''}: run autograder check")
    except GraderError as e:
        _say_once(str(e))


def _say_once(text: str) -> None:
    """nbgrader reads its settings two to four times in one command."""
    if text not in _said:
        _said.add(text)
        print(f"autograder: {text}", file=sys.stderr)


def _source(root: Path, name: str) -> Path:
    return root / "course" / "source" / name

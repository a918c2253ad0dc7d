"""One ``nbgrader autograde``: what it will grade, and the pool that grades it ahead of nbgrader's own loop.

nbgrader converts one notebook after the other. Before the first one, all submissions that this run will come to
are handed to the pool; each is *predicted*: read, put in order and given its files just as nbgrader is about
to do. When its turn comes, the real one is compared with the prediction by its digest, and where they differ
it is simply graded then.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import threading
import weakref
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from autograder.cluster import LocalPool, default_workers, make_grader
from autograder.course import load_course
from autograder.errors import BadManifest, CourseError, ImageMissing, ImageStale, StoreUnavailable
from autograder.folders import released_path, submitted_folder
from autograder.late import read_extensions
from autograder.nbgrader_bridge import state
from autograder.nbgrader_bridge.progress import ProgressReport
from autograder.nbgrader_bridge.restore import restore, submission_of
from autograder.nbgrader_bridge.source_cells import read_release, read_released
from autograder.nbgrader_bridge.submitted import IGNORED, RawNotebook, files_beside, names_below, read_submitted
from autograder.readings import Readings
from autograder.records import Note, Result, Submission
from autograder.store import Store, default_url

OF_ALL = (CourseError, StoreUnavailable, ImageMissing, ImageStale)
"""Errors that each submission of a run would meet: the first ends it."""


class Run:
    """All that the notebooks of one run share. Lives as long as nbgrader's converter.

    Raises
    ------
    CourseError
        If the assignment has problems, or the gradebook knows another version of it.
    """

    def __init__(self, converter: Any):
        self._exclude_overwriting = dict(converter.exclude_overwriting)
        self.coursedir = converter.coursedir
        self.name = self.coursedir.assignment_id
        self.course = load_course(self.coursedir.root)
        self.assignment = self.course.assignment(self.name)
        self.extensions = read_extensions(self.course.root)
        self.released = read_released(self.coursedir)
        self._interrupt = converter.interrupt
        self.pool: LocalPool | None = None
        self._report: ProgressReport | None = None
        self._planned: dict[tuple[str, str], Path] = {}
        self._end: weakref.finalize | None = None
        self._check_gradebook()

    # ---- what will be graded --------------------------------------------------------------

    def wanted(self) -> list[str]:
        """Stems of the notebooks that this run grades (``--notebook`` narrows them)."""
        return [name for name in self.released if fnmatch(name, self.coursedir.notebook_id)]

    def complete(self, assignments: dict[str, list[str]]) -> None:
        """Add each expected notebook that is missing, so that its student is not passed over."""
        for folder in assignments if self.released else ():  # else nbgrader says what to do
            wanted = [os.path.join(folder, f"{name}.ipynb") for name in self.wanted()]
            assignments[folder] = sorted({*assignments[folder], *wanted})

    def discard_halves(self, folders: list[str]) -> None:
        """Remove what an interrupted run left in autograded/: nbgrader would take it for finished."""
        for folder in folders:
            student = self.student_of(folder)
            target = Path(self.coursedir.format_path(self.coursedir.autograded_directory, student, self.name))
            if not target.is_dir():
                continue
            unfinished = [p for n in self.wanted() if not state.is_graded(p := target / f"{n}.ipynb")]
            if unfinished:
                self._log().warning("%s: left unfinished by an earlier run, graded again", target)
                if self.coursedir.notebook_id == "*":
                    shutil.rmtree(target)
                else:
                    for path in unfinished:
                        path.unlink(missing_ok=True)

    def discard(self, student: str) -> None:
        """Remove what a run that ends early has just begun for a student."""
        target = Path(self.coursedir.format_path(self.coursedir.autograded_directory, student, self.name))
        if self.coursedir.notebook_id == "*":
            shutil.rmtree(target, ignore_errors=True)
            return
        for path in (target / f"{name}.ipynb" for name in self.wanted()):
            if not state.is_graded(path):
                path.unlink(missing_ok=True)

    def student_of(self, folder: str) -> str:
        c = self.coursedir
        pattern = c.format_path(c.submitted_directory, "(?P<student>.*)", self.name, escape=True)
        found = re.match(pattern, folder)
        return found["student"] if found else Path(folder).parent.name

    def read(self, path: Path, notebook: str) -> RawNotebook:
        """What a student handed in as ``path``."""
        return read_submitted(path, self.released[notebook], list(self.released), self.assignment.limits.notebook_mb)

    def files(self, student: str) -> tuple[tuple[tuple[str, bytes], ...], tuple[Note, ...]]:
        """What lies beside the notebook when it runs: the student's files, and over them the course's."""
        c = self.coursedir
        return files_beside(
            Path(c.format_path(c.submitted_directory, student, self.name)),
            Path(c.format_path(c.source_directory, ".", self.name)),
            self.assignment.limits,
            c.ignore,
            self._exclude_overwriting.get(self.name, ()),
        )

    def submission(self, student: str, notebook: str, path: Path) -> Submission:
        """The submission that nbgrader's sanitising will make of the file at ``path``."""
        node, notes = restore(self.read(path, notebook), self.released[notebook])
        files, more = self.files(student)
        return submission_of(node, self.name, student, notebook, files, (*notes, *more))

    def _readings(self, store: Store) -> Readings | None:
        """Where to remember what is read here, if `autograder grade` reads the same from the same files."""
        c, name, someone = self.coursedir, self.name, "someone"
        if self.assignment.plain or self._exclude_overwriting.get(name) or tuple(c.ignore) != IGNORED:
            return None
        submitted = Path(c.format_path(c.submitted_directory, someone, name))
        source = Path(c.format_path(c.source_directory, ".", name))
        release = released_path(self.course, self.assignment)
        readings = Readings(self.course, self.assignment, store, [source])  # before it is looked what they hold
        try:
            same = (
                submitted.resolve() == submitted_folder(self.course, self.assignment, someone).resolve()
                and self.released == {self.assignment.notebook: read_release(release, self.assignment.notebook)}
                and self._course_files(source) == self._course_files(release.parent)
            )
        # no release, or a broken one
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return readings if same else None

    def _course_files(self, folder: Path) -> tuple[Any, ...]:
        """What lies over the student's files, and all names that keep one of theirs out."""
        names = sorted(names_below(folder, (*IGNORED, "*.ipynb")))
        return names, files_beside(folder, folder, self.assignment.limits)

    # ---- grading it -----------------------------------------------------------------------

    def result(self, submission: Submission) -> Result:
        """The result of one submission."""
        if self.pool is None:
            self._start()
        assert self.pool is not None
        key = (submission.student, submission.notebook)
        try:
            with self._interrupt.waiting():
                if key in self.pool:
                    predicted, result = self.pool.result(key)
                    if predicted.digest() == submission.digest():
                        return result
                    self._log().debug("%s: not what was predicted, graded now", key)
                return self.pool.grade(submission)
        except BaseException as e:
            if isinstance(e, OF_ALL) or not isinstance(e, Exception):
                self.close()  # nobody will ask for the others
            raise
        finally:
            if key == next(reversed(self._planned), None):
                # while nbgrader writes down the last one; Python waits for the thread before it ends
                threading.Thread(target=self._close_and_tell, name="end-sandboxes").start()

    def close(self) -> None:
        """End the sandboxes. What is finished is in the store."""
        if self._end is not None:
            self._end()

    def _close_and_tell(self) -> None:
        try:
            self.close()
        except Exception as e:  # noqa: BLE001 - every result is there: what a sandbox leaves is no reason to fail
            self._log().warning("The sandboxes could not be ended: %s", e)

    def _start(self) -> None:
        default_workers()  # a mistake in the variable is told before anything starts
        store = Store(default_url(self.course.root))
        readings = self._readings(store)
        grader, _where = make_grader(self.course, self.assignment)
        report = ProgressReport(self._log())
        pool = LocalPool(grader, store, on_progress=report.update)
        self.pool, self._report = pool, report
        # also at exit, when nbgrader stopped for a reason of its own
        self._end = weakref.finalize(self, _close, pool, store, report)
        report.start(len(self._planned))
        for (student, notebook), path in self._planned.items():
            how = functools.partial(self.submission, student, notebook, path)
            pool.submit((student, notebook), functools.partial(readings.read, student, how) if readings else how)

    def begin(self, assignments: dict[str, list[str]], force: bool) -> None:
        """Start to grade the notebooks that nbgrader will come to. Before it begins: then it has made nothing yet.

        Raises
        ------
        CourseError, InfrastructureError, StoreUnavailable
            If nothing can be graded.
        """
        for folder in sorted(assignments):
            student = self.student_of(folder)
            if self._will_process(folder, student, force):
                for path in sorted(assignments[folder]):
                    if Path(path).stem in self.released:
                        self._planned[student, Path(path).stem] = Path(path)
        if self._planned:
            self._start()  # the sandbox starts while nbgrader still loads what it converts notebooks with

    def _will_process(self, folder: str, student: str, force: bool) -> bool:
        """Whether nbgrader will grade a submission: its ``init_destination``, without the removals."""
        c = self.coursedir
        if student in (c.student_id_exclude or "").split(","):
            return False
        target = Path(c.format_path(c.autograded_directory, student, self.name))
        if force or not target.exists():
            return True
        if c.notebook_id != "*" and any(not (target / f"{n}.ipynb").exists() for n in self.wanted()):
            return True
        new, old = c.get_existing_timestamp(folder), c.get_existing_timestamp(str(target))
        return new is not None and old is not None and new > old

    def _check_gradebook(self) -> None:
        """A result is worth nothing if the gradebook has other questions than the course."""
        if not self.released or self.assignment.plain:
            return
        cells = {c.name: c for nb in self.released.values() for c in nb.cells if c.is_autograded}
        ours = {q.name: q for q in self.assignment.questions}
        problems = [
            f"{name}: the gradebook has {cells[name].points:g} points, the course {ours[name].points:g}"
            if name in cells and name in ours
            else f"{name}: only in the {'gradebook' if name in cells else 'course'}"
            for name in sorted({*cells, *ours})
            if name not in cells or name not in ours or cells[name].points != ours[name].points
        ]
        if problems:
            remedy = f"Run: nbgrader generate_assignment {self.name}"
            raise BadManifest([f"{self.name}: {p}. {remedy}" for p in problems])

    def _log(self) -> Any:
        return self.coursedir.log


def _close(pool: LocalPool, store: Store, report: ProgressReport) -> None:
    pool.close()
    report.stop()
    store.close()

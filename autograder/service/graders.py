"""The weeks of a course as they were last read, each with its warm grader; a week that has changed gets another one."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.errors import CourseError, GraderError, InfrastructureError
from autograder.grading import Grader

log = logging.getLogger("autograder.service")


@dataclass
class _Held:
    """A grader, what its week looked like when it was made, and how many submissions it grades at the moment."""

    grader: Grader
    made_of: Any
    users: int = 0
    retired: bool = False


class Graders:
    """May be asked from several threads."""

    def __init__(self, course: Course):
        self._course = course
        self._assignments: dict[str, Assignment] = {}
        self._stamps: dict[str, tuple[int, int]] = {}
        self._held: dict[str, _Held] = {}
        self._lock = threading.RLock()
        self._closed = False

    def assignment(self, name: str) -> Assignment:
        """An assignment of the course; read again when its manifest has changed: a due date counts at once.

        A manifest that cannot be read any more changes nothing until it is mended.

        Raises
        ------
        UnknownAssignment, BadManifest
        """
        with self._lock:  # one reading at a time: the stamp is that of what was read
            stamp = _stamp(self._course.root / "solutions" / name / "assignment.toml")
            if name not in self._assignments:
                self._assignments[name] = self._course.assignment(name)
            elif stamp != self._stamps.get(name, stamp):
                try:
                    self.reread(name)
                except CourseError as e:
                    log.warning("%s: stays as it was: %s", name, e)
            self._stamps[name] = stamp
            return self._assignments[name]

    def get(self, name: str) -> Grader:
        """The grader of an assignment, for a question; who grades with it asks for :meth:`use`."""
        with self._lock:
            return self._of(name).grader

    @contextlib.contextmanager
    def use(self, name: str) -> Iterator[Grader]:
        """The grader of an assignment, which is not closed while it is in use."""
        with self._lock:
            held = self._of(name)
            held.users += 1
        try:
            yield held.grader
        finally:
            with self._lock:
                held.users -= 1
                unused = held.retired and held.users == 0
            if unused:
                held.grader.close()

    def reread(self, name: str) -> None:
        """Take an assignment as it lies on the disk now; what runs with its old suite is finished with that one.

        Raises
        ------
        CourseError
        """
        fresh = self._course.assignment(name)
        with self._lock:
            self._assignments[name] = fresh
            held = self._held.get(name)
            if held is None or held.made_of == _look_of(fresh):
                return
            del self._held[name]
            held.retired = True
            unused = held.users == 0
        if unused:
            held.grader.close()

    def close(self) -> None:
        """End all sandboxes and judges."""
        with self._lock:
            self._closed = True
            graders = [held.grader for held in self._held.values()]
        for grader in graders:
            with contextlib.suppress(GraderError):
                grader.close()

    def _of(self, name: str) -> _Held:
        if self._closed:
            raise InfrastructureError("the service is ending")
        found = self.assignment(name)
        if name not in self._held:
            self._held[name] = _Held(Grader(self._course, found), _look_of(found))
        return self._held[name]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _look_of(assignment: Assignment) -> tuple[Assignment, tuple[tuple[str, int, int], ...]]:
    """What tells whether a week has changed: what was read of it, and its suite's files by size and time."""
    files = sorted(p for p in assignment.suite_dir.rglob("*") if p.is_file() and p.parent.name != "__pycache__")
    return assignment, tuple((str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files)

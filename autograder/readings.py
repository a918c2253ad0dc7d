"""What students' files were read as: who hands in the same files again need not be read again.

To read a notebook and put it in order takes longer than to look its result up. What comes of it depends on the files
that were handed in, on the release, on the assignment's limits and on this program: while the digest of all these is
what it was, so is the submission's. All of this only spares work: whatever cannot be told for sure is read.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import platform
import stat
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import TypeVar

from autograder.course import Assignment, Course
from autograder.errors import StoreUnavailable
from autograder.folders import release_folder, released_path, submitted_folder
from autograder.records import Digests, Result, Submission
from autograder.store import Reading, Results

T = TypeVar("T")

MIB = 1 << 20
UNREAD = frozenset(("unreadable-notebook", "missing-notebook"))
"""Notes that may lie in a disk's passing fault, and that cost all points: such a submission is read each time."""


class Readings:
    """What the store knows of one assignment's readings; may be used from several threads at once.

    Parameters
    ----------
    course : Course
    assignment : Assignment
    store : Results
    beside : sequence of Path
        Other folders that whoever reads looks into: while one of them changes, nothing is remembered.
    """

    def __init__(self, course: Course, assignment: Assignment, store: Results, beside: Sequence[Path] = ()):
        self._course = course
        self._assignment = assignment
        self._store = store
        self._beside = beside
        self._usable = True
        limits = assignment.limits
        self._largest = int(max(limits.notebook_mb, limits.scratch_mb) * MIB)
        self._settings = (assignment.notebook, assignment.notebooks, dataclasses.asdict(limits))
        self._handed_out = self._digest_of_handed_out()
        self._known: dict[str, Reading] = self._ask(lambda: store.readings(assignment.name)) or {}

    def result(self, student: str, made_from: Digests, cells: bool = True) -> Result | None:
        """The stored result of what a student has handed in, where it is what was read the last time.

        Parameters
        ----------
        made_from : Digests
            Of any submission; that of the student's takes the place of its own.
        """
        known = self._known.get(student)
        if known is None or known.read_from != self._read_from(student):
            return None
        digests = dataclasses.replace(made_from, submission=known.submission)
        key = self._assignment.name, self._assignment.notebook, student, digests
        return self._ask(lambda: self._store.get(*key, cells))

    def read(self, student: str, how: Callable[[], Submission]) -> Submission:
        """Read what a student has handed in, and remember what it was read as.

        Parameters
        ----------
        how : callable
            Reads as :func:`~autograder.collected.read_submission` does; what was handed out it may know from before,
            but from no earlier than this object is.
        """
        before = self._read_from(student)
        submission = how()
        # what was handed in or out again meanwhile, or could not be read, is not remembered
        as_before = before is not None and before == self._read_from(student)
        if as_before and self._handed_out == self._digest_of_handed_out():
            if UNREAD.isdisjoint(note.kind for note in submission.notes):
                reading = Reading(before, submission.digest())
                self._ask(lambda: self._store.keep_reading(self._assignment.name, student, reading))
        return submission

    def _ask(self, question: Callable[[], T]) -> T | None:
        """None where the store fails. It is not asked again: whoever needs it says what is wrong with it."""
        if self._usable:
            try:
                return question()
            except StoreUnavailable:
                self._usable = False
        return None

    def _read_from(self, student: str) -> str | None:
        """None where it cannot be told."""
        handed_in = _digest_of_folder(submitted_folder(self._course, self._assignment, student), self._largest)
        if self._handed_out is None or handed_in is None:
            return None
        release, *_beside = self._handed_out
        return _digest((self._settings, release, handed_in))

    def _digest_of_handed_out(self) -> tuple[str, ...] | None:
        """Of release and program, and of each folder beside; None where some of it cannot be read."""
        folders = [release_folder(self._course, self._assignment), *self._beside]
        digests = [_digest_of_folder(folder, self._largest) for folder in folders]
        try:  # the notebook once more: of this one links are followed, and no size is too large
            notebook = hashlib.sha256(released_path(self._course, self._assignment).read_bytes()).hexdigest()
            program = _program()
        except OSError:
            return None
        if None in digests:
            return None
        return _digest((program, notebook, digests[0])), *digests[1:]


def _digest_of_folder(folder: Path, largest: int) -> str | None:
    """Of the names, kinds and contents of all that lies in it; None where some of it cannot be read.

    Of a file of more than ``largest`` bytes the size counts: beside a notebook no such file is ever read.
    """
    found = []
    try:
        for place, folders, files in os.walk(folder, onerror=_raise):
            folders.sort()
            for name in (*folders, *sorted(files)):
                path = os.path.join(place, name)
                status = os.lstat(path)
                content = ""
                if stat.S_ISREG(status.st_mode) and status.st_size <= largest:
                    content = hashlib.sha256(Path(path).read_bytes()).hexdigest()
                size = status.st_size if stat.S_ISREG(status.st_mode) else 0
                found.append((path[len(str(folder)) :], stat.S_IFMT(status.st_mode), size, content))
    except (OSError, RecursionError):  # the second from a thousand folders in each other
        return None
    return _digest(found)


def _raise(error: OSError) -> None:
    raise error


@functools.cache
def _program() -> str:
    """Digest of this package, and the versions of what it reads notebooks with."""
    package = Path(__file__).parent
    sources = [(str(p.relative_to(package)), p.read_bytes()) for p in sorted(package.rglob("*.py")) if p.is_file()]
    versions = [platform.python_version(), *(metadata.version(name) for name in ("nbformat", "nbgrader"))]
    return _digest((sources, versions))


def _digest(value: object) -> str:
    return hashlib.sha256(ascii(value).encode()).hexdigest()

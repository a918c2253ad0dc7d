"""What students' files were read as: who hands in the same files again need not be read again.

To read a notebook and put it in order takes longer than to look its result up. What comes of it depends on the files
that were handed in, on the release, on the assignment's limits and on this program: while the digest of all these is
what it was, so is the submission's. All of this only spares work: whatever cannot be told for sure is read.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import os
import platform
import stat
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import StoreUnavailable
from autograder.folders import release_folder, released_path, submitted_folder
from autograder.records import Digests, Result, Submission
from autograder.store import Reading, Results

MIB = 1 << 20
UNREAD = frozenset(("unreadable-notebook", "missing-notebook"))
"""Notes that may lie in a disk's passing fault, and that cost all points: such a submission is read each time."""


class Readings:
    """What the store knows of one assignment's readings; may be used from several threads at once."""

    def __init__(self, course: Course, assignment: Assignment, store: Results):
        self._course = course
        self._assignment = assignment
        self._store = store
        self._known: dict[str, Reading] = {}
        with contextlib.suppress(StoreUnavailable):  # whoever needs it says so
            self._known = store.readings(assignment.name)
        limits = assignment.limits
        self._largest = int(max(limits.notebook_mb, limits.scratch_mb) * MIB)
        self._settings = (assignment.notebook, assignment.notebooks, dataclasses.asdict(limits), _program())
        self._release = self._digest_of_release()

    def result(self, student: str, made_from: Digests, cells: bool = True) -> Result | None:
        """The stored result of what a student has handed in, where it is what was read the last time.

        Parameters
        ----------
        made_from : Digests
            Of any submission; that of the student's takes the place of its own.
        """
        known = self._known.get(student)
        if known is None or known.read_from != self._read_from(student, self._release):
            return None
        digests = dataclasses.replace(made_from, submission=known.submission)
        with contextlib.suppress(StoreUnavailable):
            return self._store.get(self._assignment.name, self._assignment.notebook, student, digests, cells)
        return None

    def read(self, student: str, how: Callable[[], Submission]) -> Submission:
        """Read what a student has handed in, and remember what it was read as.

        Parameters
        ----------
        how : callable
            Reads as :func:`~autograder.collected.read_submission` does.
        """
        before = self._read_from(student, self._digest_of_release())
        submission = how()
        after = self._read_from(student, self._digest_of_release())
        # else it was handed in or released again meanwhile, or could not be read
        if before is not None and before == after and UNREAD.isdisjoint(note.kind for note in submission.notes):
            with contextlib.suppress(StoreUnavailable):
                self._store.keep_reading(self._assignment.name, student, Reading(before, submission.digest()))
        return submission

    def _read_from(self, student: str, release: str | None) -> str | None:
        handed_in = _digest_of_folder(submitted_folder(self._course, self._assignment, student), self._largest)
        if release is None or handed_in is None:
            return None
        return _digest((self._settings, release, handed_in))

    def _digest_of_release(self) -> str | None:
        """None where some of it cannot be read."""
        files = _digest_of_folder(release_folder(self._course, self._assignment), self._largest)
        try:  # the notebook once more: of this one links are followed, and no size is too large
            notebook = hashlib.sha256(released_path(self._course, self._assignment).read_bytes()).hexdigest()
        except OSError:
            return None
        return files and _digest((files, notebook))


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
    except OSError:
        return None
    return _digest(found)


def _raise(error: OSError) -> None:
    raise error


@functools.cache
def _program() -> str:
    """Digest of this package, and the versions of what it reads notebooks with."""
    package = Path(__file__).parent
    sources = [(str(p.relative_to(package)), p.read_bytes()) for p in sorted(package.rglob("*.py"))]
    versions = [platform.python_version(), *(metadata.version(name) for name in ("nbformat", "nbgrader"))]
    return _digest((sources, versions))


def _digest(value: object) -> str:
    return hashlib.sha256(ascii(value).encode()).hexdigest()

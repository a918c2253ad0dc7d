"""What students' files were read as: who hands in the same files again need not be read again.

To read a notebook and put it in order takes longer than to look its result up. What comes of it depends on the files
that were handed in, on the release, on the assignment's limits and on this program: while the digest of all these is
what it was, so is the submission's.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import platform
import stat
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from autograder.collected import release_folder, submitted_folder
from autograder.course import Assignment, Course
from autograder.records import Digests, Result, Submission
from autograder.store import Reading, Results

MIB = 1 << 20


class Readings:
    """What the store knows of one assignment's readings; may be used from several threads at once.

    Raises
    ------
    StoreUnavailable
    """

    def __init__(self, course: Course, assignment: Assignment, store: Results):
        self._course = course
        self._assignment = assignment
        self._store = store
        self._known = store.readings(assignment.name)
        limits = assignment.limits
        self._largest = int(max(limits.notebook_mb, limits.scratch_mb) * MIB)
        released = _digest_of_folder(release_folder(course, assignment), self._largest)
        self._settings = (assignment.notebook, assignment.notebooks, dataclasses.asdict(limits), released, _program())

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
        return self._store.get(self._assignment.name, self._assignment.notebook, student, digests, cells)

    def read(self, student: str, how: Callable[[], Submission]) -> Submission:
        """Read what a student has handed in, and remember what it was read as.

        Parameters
        ----------
        how : callable
            Reads as :func:`~autograder.collected.read_submission` does.
        """
        before = self._read_from(student)
        submission = how()
        if before is not None and before == self._read_from(student):  # else it was handed in again meanwhile
            self._store.keep_reading(self._assignment.name, student, Reading(before, submission.digest()))
        return submission

    def _read_from(self, student: str) -> str | None:
        handed_in = _digest_of_folder(submitted_folder(self._course, self._assignment, student), self._largest)
        return handed_in and hashlib.sha256(ascii((self._settings, handed_in)).encode()).hexdigest()


def _digest_of_folder(folder: Path, largest: int) -> str | None:
    """Of the names, kinds and contents of all that lies in it; None where some of it cannot be read.

    Of what has more than ``largest`` bytes the number counts: no such file is ever read.
    """
    found = []
    try:
        for place, folders, files in os.walk(folder):
            folders.sort()
            for name in sorted(files):
                path = os.path.join(place, name)
                status = os.lstat(path)
                content = ""
                if stat.S_ISREG(status.st_mode) and status.st_size <= largest:
                    content = hashlib.sha256(Path(path).read_bytes()).hexdigest()
                found.append((path[len(str(folder)) :], stat.S_IFMT(status.st_mode), status.st_size, content))
    except OSError:
        return None
    return hashlib.sha256(ascii(found).encode()).hexdigest()


@functools.cache
def _program() -> str:
    """Digest of this package, and the versions of what it reads notebooks with."""
    package = Path(__file__).parent
    sources = [(str(p.relative_to(package)), p.read_bytes()) for p in sorted(package.rglob("*.py"))]
    versions = [platform.python_version(), *(metadata.version(name) for name in ("nbformat", "nbgrader"))]
    return hashlib.sha256(ascii((sources, versions)).encode()).hexdigest()

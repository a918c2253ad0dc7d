"""What a worker needs of a week, as data: it has none of the coordinator's files."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Assignment, Course

_SPECIMENS = ("mutants", "wheats")
"""Folders of a week that no grading reads."""


@dataclass(frozen=True)
class Week:
    """A week's notebook, manifest, data and hidden suites, as (path below the course, bytes); and the key of draws.

    Whoever can read it can predict every draw and knows every test: between machines it belongs into TLS.
    """

    name: str
    files: tuple[tuple[str, bytes], ...] = field(repr=False)
    secret: bytes = field(repr=False)

    @functools.cached_property
    def digest(self) -> str:
        """Tells weeks apart."""
        h = hashlib.sha256(self.secret)
        for path, data in self.files:
            h.update(f"\0{path}\0{len(data)}\0".encode() + data)
        return h.hexdigest()

    def unpack(self, root: Path) -> None:
        """Write the files below ``root``, as a course of this one week."""
        for name, data in self.files:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def pack(course: Course, assignment: Assignment) -> Week:
    """Read what grading a week needs, without its specimens.

    Raises
    ------
    BadManifest, Unwritable
        If the course has no usable secret.
    """
    paths = [
        path
        for folder in (assignment.folder, assignment.suite_dir)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.relative_to(folder).parts[0] not in _SPECIMENS
    ]
    files = tuple((path.relative_to(course.root).as_posix(), path.read_bytes()) for path in paths)
    return Week(assignment.name, files, course.secret())

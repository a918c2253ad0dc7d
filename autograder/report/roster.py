"""Who is in the class and what the gradebook knows of their submissions, as records that need no nbgrader."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Person:
    """A student of the course."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Waiting:
    """An answer that a person still has to read; ``submission`` is formgrader's number of the notebook."""

    student: str
    question: str
    notebook: str
    submission: str


@dataclass(frozen=True)
class GradebookEntry:
    """One submission in the gradebook. Times have a zone; scores of cells are final ones, by grade id."""

    student: str
    handed_in: dt.datetime | None
    seconds_late: float
    penalty: float
    extension: dt.timedelta | None
    scores: Mapping[str, float] = field(default_factory=dict)
    by_hand: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Roster:
    """An assignment in the gradebook.

    ``maximum`` are the points of each graded cell, in the notebook's order as far as it is known.
    """

    people: tuple[Person, ...] = ()
    entries: Mapping[str, GradebookEntry] = field(default_factory=dict)
    maximum: Mapping[str, float] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    due: dt.datetime | None = None


def share_out(waiting: Sequence[Waiting], graders: Sequence[str]) -> dict[str, list[Waiting]]:
    """Answers by the grader who reads them: all of a student's go to one person, the same one every time.

    Each student goes to the grader with the largest hash of both names, so that a late submission, or a grader who
    joins, moves as few of the others as possible.
    """
    shares: dict[str, list[Waiting]] = {grader: [] for grader in graders}
    if not graders:
        return {"": list(waiting)} if waiting else {}
    for answer in waiting:
        shares[grader_of(answer.student, graders)].append(answer)
    return shares


def grader_of(student: str, graders: Sequence[str]) -> str:
    """Who reads a student's answers."""
    return max(graders, key=lambda grader: hashlib.sha256(f"{grader}\0{student}".encode()).digest())

"""Submissions that staff send from their own servers to be graded here, and fetch by their digest."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.errors import UnknownAssignment
from autograder.records import Result, Submission

if TYPE_CHECKING:
    from autograder.service.desk import Desk

HELD = 64
"""So many are held at most, waiting or not fetched yet: each may be tens of megabytes."""


@dataclass(frozen=True)
class Key:
    """Whose, and of which content: ``submission`` is its digest."""

    assignment: str
    notebook: str
    student: str
    submission: str


def key_of(submission: Submission) -> Key:
    return Key(submission.assignment, submission.notebook, submission.student, submission.digest())


class Orders:
    """What was sent; may be called from several threads. After a restart of the service it is sent again."""

    def __init__(self, desk: Desk):
        self._desk = desk
        self._lock = threading.Lock()
        self._held: dict[Key, Future[Result]] = {}

    def about(self, assignment: str) -> dict[str, Any]:
        """What results of an assignment are made from here, and its questions with their points.

        Raises
        ------
        CourseError, InfrastructureError
        """
        digests = self._desk.digests(assignment, "", fresh=True)
        points = {q.name: q.points for q in self._desk.assignment(assignment).questions}
        return {
            "suite": digests.suite, "image": digests.image, "seed": digests.seed, "questions": points,
            "workers": self._desk.workers,
        }  # fmt: skip

    def place(self, submission: Submission) -> bool:
        """Queue a submission, once; False if too many are held.

        Raises
        ------
        CourseError
            If the course has no such notebook.
        """
        week = self._desk.assignment(submission.assignment)
        if submission.notebook not in week.notebooks:
            raise UnknownAssignment(f"{week.name} has no notebook {submission.notebook!r}.")
        key = key_of(submission)
        with self._lock:
            if key in self._held:
                return True
            if len(self._held) >= HELD:
                fetched_by_nobody = next((k for k, future in self._held.items() if future.done()), None)
                if fetched_by_nobody is None:
                    return False
                del self._held[fetched_by_nobody]
            self._held[key] = self._desk.grade(submission)
        return True

    def find(self, key: Key) -> Future[Result] | Result | None:
        """The result that is stored, or what will be it; None if nobody has sent this one."""
        with self._lock:
            held = self._held.get(key)
        if held is not None:
            return held
        digests = self._desk.digests(key.assignment, key.submission)
        return self._desk.store.get(key.assignment, key.notebook, key.student, digests)

    def fetched(self, key: Key) -> None:
        """Hold it no longer: a result is in the store, and what failed may be sent again."""
        with self._lock:
            self._held.pop(key, None)

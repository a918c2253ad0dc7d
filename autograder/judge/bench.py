"""What the fixtures work on: the submission that is examined now."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from autograder.judge.forks import Snapshot
from autograder.judge.student import Student
from autograder.judge.student_errors import BrokeProtocol, StudentError
from autograder.protocol import tensors
from autograder.records import CardRun, Limits
from autograder.rules import Rules


@dataclass
class Bench:
    """One per pytest process; a forked judge fills it for its submission.

    ``seed`` gives the seed of a case of a question. ``reference`` makes the namespace of the
    instructor's own solution. ``rules`` are those of the questions that forbid something.
    ``card_run`` is what a graphics card was used for, if one was.
    """

    limits: Limits = field(default_factory=Limits)
    snapshot: Snapshot | None = None
    seed: Callable[[str, str], int] | None = None
    reference: Callable[[], Any] | None = None
    rules: dict[str, Rules] = field(default_factory=dict)
    card_run: CardRun | None = None
    question_end: float = float("inf")
    question_limit: float = float("inf")
    _question: str = ""

    def student_for(self, item: pytest.Item) -> Student:
        """The notebook for one test: the living fork, reseeded, or a fresh one where tests have changed it.

        A test is asked once and its verdict stands: a second run after a failure would be a second guess
        for code that notices it. So whether a fork can be shared is found out *before* a test. (A test whose process
        went away has no verdict yet: :class:`autograder.judge.forks.ForkLost`.)

        For the same reason one fork may serve several questions, where all that the notebook holds can be compared;
        but rules hold for a question alone.
        """
        before, self._question = self._question, question_of(item)
        if before != self._question and (self.rules.get(before) or self.rules.get(self._question)):
            self.snapshot.retire()
        if not self.snapshot.fork_is_fresh:
            with contextlib.suppress(StudentError):
                if self._start(item, fresh=False, first=before != self._question):
                    return Student(self.snapshot.fork(), self.snapshot)
            self.snapshot.retire()
        self._start(item, fresh=True)
        return Student(self.snapshot.fork(), self.snapshot)

    def _start(self, item: pytest.Item, fresh: bool, first: bool = False) -> bool:
        """Make the living fork, or a new one, ready for a test; whether it is as the notebook was."""
        peer = self.snapshot.fork()
        limit = mark_value(item, "limit", self.limits.test_seconds)
        callbacks = mark_value(item, "callbacks", self.limits.callbacks)
        peer.end, peer.question_limit = self.question_end, self.question_limit
        try:
            unchanged = peer.start_test(limit, callbacks, self.seed_for(item), fresh, first)
            if fresh and tensors.known():  # the suite has imported torch, or a tensor would mean nothing to it
                peer.tensors = True
                peer.ask("speak_tensors")
            rules = self.rules.get(self._question) if fresh else None
            if rules:
                peer.ask("forbid", list(rules.imports), list(rules.calls), self._question)
        except StudentError:
            raise
        # a fork that was tampered with may answer with an old test's callback, and fail in that one's code
        except Exception as error:
            peer.spoiled = "protocol"
            raise BrokeProtocol(f"the process that ran your code stopped speaking the protocol: {error!r}") from error
        return unchanged

    def release(self, student: Student) -> None:
        """After a test: the fork serves the next one unless this test has spoiled it."""
        self.snapshot.tests_in_fork += 1
        try:
            if not student._peer.spoiled:
                student._restore()
        except StudentError:
            pass  # spoiled now, if it was not before
        student._peer.forget()
        if student._peer.spoiled:
            self.snapshot.retire()

    def seed_for(self, item: pytest.Item) -> int:
        return self.seed(question_of(item), case_of(item))


def question_of(item: pytest.Item) -> str:
    """The question is the module's name without ``test_``."""
    return item.path.stem.removeprefix("test_")


def case_of(item: pytest.Item) -> str:
    """Name of the test within its module, parameters included."""
    return item.nodeid.split("::", 1)[1]


def mark_value(item: pytest.Item, name: str, default: Any) -> Any:
    mark = item.get_closest_marker(name)
    return mark.args[0] if mark is not None and mark.args else default

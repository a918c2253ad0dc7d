"""What an earlier result of a submission still says, when the suites of some questions have changed since.

A question whose suite, limits, rules and helpers are what they were would be asked the same again: its tests' verdicts
stand, and only the other questions are examined. The whole notebook runs all the same. Nothing is kept where one
question could have touched another: the processor time and the wall time of a submission are shared by all of them,
and so is the process of its finished notebook.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.records import Digests, Limits, Note, QuestionResult, Result, Submission, TestResult, Usage
from autograder.rules import TEST

_SHARED = ("not-reached", "cpu-limit")
"""Causes of failed tests that may lie in what other questions used up."""


@dataclass(frozen=True)
class Kept:
    """Tests by question, and what the grading that they are from used: seconds of processor and of wall time."""

    tests: Mapping[str, tuple[TestResult, ...]] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.tests)

    def may_stand(self, notes: Sequence[Note], usage: Usage, seconds: float, limits: Limits) -> bool:
        """Whether a whole grading would have kept within its limits too, and met no trouble of the notebook's."""
        return (
            not notes
            and self.cpu_seconds + usage.cpu_seconds <= limits.cpu_seconds
            and self.wall_seconds + seconds <= limits.total_seconds
        )


NOTHING = Kept()


def kept_of(
    before: Result | None,
    submission: Submission,
    digests: Digests,
    made_from: Mapping[str, str],
    harmless: Collection[str],
) -> Kept:
    """What can be kept of an earlier result.

    Parameters
    ----------
    digests : Digests
        Of the result that is to be made.
    made_from : mapping
        Digest of each question as it is now.
    harmless : collection of str
        Kinds of notes that tell of no trouble.
    """
    if before is None or any(
        getattr(before.digests, name) != getattr(digests, name) for name in ("submission", "image", "seed")
    ):
        return NOTHING
    if any(note.kind not in harmless for note in before.notes if note not in submission.notes):
        return NOTHING
    asked = {question.question: _asked(question) for question in before.questions}
    if any(test.cause in _SHARED for tests in asked.values() for test in tests):
        return NOTHING
    same = [q for q in before.questions if q.made_from and q.made_from == made_from.get(q.question) and not q.flagged]
    tests = {q.question: asked[q.question] for q in same if asked[q.question]}
    return Kept(tests, before.usage.cpu_seconds, before.wall_seconds)


def _asked(question: QuestionResult) -> tuple[TestResult, ...]:
    """Without the test of its rules, which is made from the notebook's text each time."""
    return tuple(test for test in question.tests if test.test != TEST)

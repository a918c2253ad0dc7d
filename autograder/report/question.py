"""One question as a page shows it: counts, marks and hints; nothing that its author did not mean for the reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from autograder.records import Note, TestResult

MESSAGE_LENGTH = 2000
"""Characters of a test's message that are shown."""

_MARKS = {
    "passed": ("✓", "passed", "good"),
    "failed": ("✗", "failed", "bad"),
    "not-reached": ("–", "not reached", "soft"),
}

AS_ABOVE = "The hint above holds here too."
"""In the place of a hint that was given for another test of the question."""


@dataclass(frozen=True)
class TestLine:
    """A test as a line of a list; ``staff`` is HTML for staff alone."""

    title: str
    state: str
    mark: str
    word: str
    colour: str
    message: str = ""
    staff: Markup | str = ""

    __test__ = False  # no test class, whatever its name makes pytest think


@dataclass(frozen=True)
class QuestionView:
    """A question on a page.

    Attributes
    ----------
    score : float or None
        None where nobody has given one.
    state : str
        "graded", or "waiting" for a person.
    by_hand : bool
        A person gave these points; ``auto_score`` is what the tests alone give, where there are any.
    how : str
        What stands in the overview where there are no tests.
    hidden : str
        A sentence on the tests that the reader may not see.
    outputs, comments : tuple of Markup
        What the question's own cell shows, where it has no suite; what people wrote.
    reread : tuple of (str, str)
        What to read again, and the anchor of it on this page or "".
    """

    name: str
    title: str
    score: float | None
    max_score: float
    state: str = "graded"
    how: str = ""
    by_hand: bool = False
    auto_score: float | None = None
    tests: tuple[TestLine, ...] = ()
    hidden: str = ""
    notes: tuple[str, ...] = ()
    outputs: tuple[Markup, ...] = ()
    comments: tuple[Markup, ...] = ()
    reread: tuple[tuple[str, str], ...] = ()
    answer_anchor: str = ""

    @property
    def percent(self) -> int:
        if not self.max_score or self.score is None:
            return 0
        return round(100 * min(max(self.score / self.max_score, 0.0), 1.0))

    def _count(self, state: str) -> int:
        return sum(t.state == state for t in self.tests)

    @property
    def passed(self) -> int:
        return self._count("passed")

    @property
    def failed(self) -> int:
        return self._count("failed")

    @property
    def not_reached(self) -> int:
        return self._count("not-reached")


def test_lines(
    tests: Sequence[TestResult],
    shown: Collection[str],
    staff: Callable[[TestResult], Markup | str] = lambda test: "",
) -> tuple[tuple[TestLine, ...], str, str]:
    """Lines of the tests that the reader may see; what all failed ones say alike; a sentence on the others.

    Parameters
    ----------
    tests : sequence of TestResult
    shown : collection of str
        Visibilities that the reader may see.
    staff : callable
        HTML for staff below a test.
    """
    visible = [t for t in tests if t.visibility in shown]
    failed = [t.message for t in visible if not t.passed]
    # a missing function fails every test in the same words: they are said once
    common = failed[0] if len(failed) > 1 and len(set(failed)) == 1 else ""
    lines: list[TestLine] = []
    said: set[str] = set()
    for test in visible:
        state = test.outcome if test.outcome in _MARKS else "failed"
        mark, word, colour = _MARKS[state]
        title = test.title or test.test.removeprefix("test_").replace("_", " ")
        message = "" if test.message == common else cut(test.message)
        if message in said and len(message) > len(AS_ABOVE):
            message = AS_ABOVE
        said.add(message)
        lines.append(TestLine(title, state, mark, word, colour, message, staff(test)))
    left = len(tests) - len(visible)
    others = "" if not left else (
        "One more test counts and is not shown." if left == 1 else f"{left} more tests count and are not shown."
    )
    return tuple(lines), cut(common), others


def notes_of(notes: Sequence[Note], question: str) -> list[str]:
    """Notes that are about a question, in its grade cell or in its answer."""
    return [cut(n.text) for n in notes if _about(n, question)]


def notes_elsewhere(notes: Sequence[Note], questions: Collection[str]) -> list[str]:
    """Notes about none of the questions: on the whole notebook, or on a cell that belongs to no question."""
    return [cut(n.text) for n in notes if not any(_about(n, question) for question in questions)]


def _about(note: Note, question: str) -> bool:
    return note.where == question or note.where.startswith(f"{question}_solution")


def cut(message: str) -> str:
    return message if len(message) <= MESSAGE_LENGTH else message[:MESSAGE_LENGTH] + " ..."

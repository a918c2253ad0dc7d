"""What the pages show, before it is HTML: to a student their own, by the feedback policy; to staff everything."""

from __future__ import annotations

import datetime as dt
import functools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

from autograder.collected import notebook_as_it_ran
from autograder.course import Assignment
from autograder.errors import CourseError, GraderError
from autograder.late import Extension, read_extensions
from autograder.receipts import Receipt
from autograder.records import Result
from autograder.report.facts import Facts, Graded, facts_in_page
from autograder.report.feedback import visible_now
from autograder.report.pages import css, environment, number
from autograder.report.question import QuestionView, notes_elsewhere, notes_of, test_lines
from autograder.report.student_page import CellView, build_page, duration, late_lines
from autograder.service.desk import Desk
from autograder.service.ledger import HandIn

WORDS = {
    "queued": "waits in the queue",
    "running": "is being graded",
    "done": "graded",
    "failed": "not graded yet",
    "refused": "not taken",
    "kept": "kept",
}

_SAME_POINTS = 0.005


@dataclass(frozen=True)
class Line:
    """A hand-in in a list. ``late`` is a sentence, ``place`` its place in the queue, from 1; 0 if it does not wait."""

    number: int
    entry: str
    student: str
    assignment: str
    title: str
    attempt: int
    received: str
    received_iso: str
    state: str
    word: str
    late: str
    place: int
    estimate: str
    digest: str
    cause: str
    said: str
    points: str

    @property
    def waits(self) -> bool:
        return self.state in ("queued", "running")


@dataclass(frozen=True)
class Feedback:
    """What staff have released on a submission: ``released`` is when, ``waiting`` how many answers nobody has read."""

    released: str
    score: float
    max_score: float
    waiting: int
    late: tuple[str, ...] = ()
    older: bool = False


@dataclass(frozen=True)
class Detail:
    """A hand-in on its own page."""

    line: Line
    questions: tuple[QuestionView, ...] = ()
    cells: tuple[CellView, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    key: str = ""
    policy: str = ""
    late_rule: str = ""
    feedback: Feedback | None = None
    staff_notes: tuple[str, ...] = field(default=())


class Views:
    """Reads the desk's book and store for the pages."""

    def __init__(self, desk: Desk):
        self._desk = desk

    def lines(self, hand_ins: Sequence[HandIn], staff: bool) -> list[Line]:
        """Lines of a list, the newest first."""
        return self._lines(hand_ins, staff, self._extensions())

    def _lines(self, hand_ins: Sequence[HandIn], staff: bool, extensions: Sequence[Extension]) -> list[Line]:
        waiting = self._desk.waiting()
        attempts = self._attempts(hand_ins)
        return [self._line(h, attempts.get(h.number, 0), waiting, self._due(h, extensions), staff) for h in hand_ins]

    def detail(self, hand_in: HandIn, staff: bool) -> Detail:
        """All that the page of one hand-in shows to this reader."""
        extensions = self._extensions()
        line = self._lines([hand_in], staff, extensions)[0]
        result = self._result(hand_in)
        due = self._due(hand_in, extensions)
        policy_late = self._late_rule(hand_in) if line.late else ""
        shown = ("public", "after_due", "staff") if staff else visible_now(due)
        receipt = Receipt.from_json(hand_in.receipt) if hand_in.receipt else None
        questions, cells, feedback = () if result is None else questions_of(result, shown, staff), (), None
        if result is not None:
            questions, cells, feedback = self._with_notebook(hand_in, result, questions)
        policy = ""
        if due is not None and not staff and "after_due" not in shown and result is not None and not hand_in.all_public:
            policy = f"More tests count. What they say is shown after the due date, {_time(due)}."
        return Detail(
            line=line,
            late_rule=policy_late,
            questions=questions,
            cells=cells,
            notes=() if result is None else tuple(notes_elsewhere(result.notes, [q.name for q in questions])),
            files=() if receipt is None else tuple(sorted(receipt.files.items())),
            key="" if receipt is None else receipt.key,
            policy=policy,
            feedback=feedback,
            staff_notes=() if result is None or not staff else tuple(r.text for r in result.reports),
        )

    def _with_notebook(
        self, hand_in: HandIn, result: Result, questions: tuple[QuestionView, ...]
    ) -> tuple[tuple[QuestionView, ...], tuple[CellView, ...], Feedback | None]:
        """The questions with their titles, what to read again and those that a person scores; the notebook as it ran.

        With the feedback that staff have released: its points, comments and what it says of being late. A notebook
        that cannot be read has only what the tests said.
        """
        assignment = self._assignment(hand_in.assignment)
        if assignment is None:
            return questions, (), None
        root = self._desk.course.root
        try:
            notebook = notebook_as_it_ran(self._desk.course, assignment, root / hand_in.folder, result)
        except GraderError:
            return questions, (), None
        notebook["metadata"]["autograder"] = {"tests": {q.name: [] for q in questions}}
        released = self._released(hand_in, assignment)
        if released is None:
            grades = {q.name: Graded(q.score, q.max_score) for q in questions}
            grades |= {q.name: Graded(None, q.points, needs_manual_grade=True) for q in assignment.manual if q.points}
            facts = Facts(hand_in.student, "", grades, reading=assignment.reading)
        else:
            facts = replace(released[0], reading=assignment.reading)
        page = build_page(notebook, facts)
        tested = {q.name: q for q in questions}
        found = []
        for q in page.questions:
            own = tested.pop(q.name, None)
            if own is None:
                found.append(q)
            elif released is None:
                found.append(replace(own, title=q.title, reread=q.reread, answer_anchor=q.answer_anchor))
            else:
                found.append(replace(q, tests=own.tests, hidden=own.hidden, notes=(*own.notes, *q.notes)))
        feedback = None
        if released is not None:
            feedback = Feedback(
                released=released[1],
                score=page.score,
                max_score=page.max_score,
                waiting=page.waiting,
                late=tuple(late_lines(facts)),
                older=any(
                    (grade := facts.grades.get(q.question)) is not None
                    and grade.auto_score is not None
                    and abs(grade.auto_score - q.score) > _SAME_POINTS
                    for q in result.questions
                ),
            )
        return (*found, *tested.values()), page.cells, feedback

    def _released(self, hand_in: HandIn, assignment: Assignment) -> tuple[Facts, str] | None:
        """What the released feedback page of this submission says, and since when it lies in the exchange."""
        from autograder.nbgrader_bridge.released import released_page

        folder = self._desk.inbound.parent / "feedback"
        path = released_page(folder, self._desk.course.root / hand_in.folder, assignment.notebook)
        if path is None:
            return None
        try:
            text, changed = path.read_text(encoding="utf-8", errors="replace"), path.stat().st_mtime
        except OSError:
            return None
        facts = facts_in_page(text)
        # the secret is the student's own file: it may be a copy of another's
        if facts is None or (facts.student, facts.assignment) != (hand_in.student, hand_in.assignment):
            return None
        return facts, _time(dt.datetime.fromtimestamp(changed, dt.UTC))

    def _line(self, h: HandIn, attempt: int, waiting: list[int], due: dt.datetime | None, staff: bool) -> Line:
        place = waiting.index(h.number) + 1 if h.number in waiting and h.state == "queued" else 0
        seconds_late = (h.when - due).total_seconds() if due else 0.0
        points = ""
        if h.score is not None and (staff or h.all_public or "after_due" in visible_now(due)):
            points = f"{number(h.score)} / {number(h.max_score)}"
        return Line(
            number=h.number,
            entry=h.entry,
            student=h.student,
            assignment=h.assignment,
            title=self._title(h.assignment),
            attempt=attempt,
            received=_time(h.when),
            received_iso=h.received,
            state=h.state,
            word=WORDS[h.state],
            late=f"{duration(seconds_late)} late" if seconds_late > 0 else "",
            place=place,
            estimate=self._estimate(place) if place else "",
            digest=Receipt.from_json(h.receipt).digest if h.receipt else "",
            cause=h.cause if staff or h.state in ("refused", "kept") else "",
            said=h.said if staff or h.state in ("refused", "kept") else "",
            points=points,
        )

    def _estimate(self, place: int) -> str:
        """How long until it is graded: by the newest gradings, none of which may be known."""
        seconds = list(self._desk.health.seconds)
        if not seconds:
            return "no estimate yet"
        rounds = -(-place // self._desk.workers)
        return f"about {duration(max(1.0, rounds * statistics.median(seconds)))}"

    def _attempts(self, hand_ins: Sequence[HandIn]) -> dict[int, int]:
        """Which attempt each is, by student and assignment."""
        found: dict[int, int] = {}
        for student, assignment in {(h.student, h.assignment) for h in hand_ins}:
            of_both = self._desk.ledger.select(student=student, assignment=assignment)
            taken = [h.number for h in reversed(of_both) if h.state != "refused"]
            found |= {number: position for position, number in enumerate(taken, 1)}
        return found

    def _result(self, h: HandIn) -> Result | None:
        if h.made_from is None:
            return None
        notebook = self._desk.assignment(h.assignment).notebook
        return self._desk.store.get(h.assignment, notebook, h.student, h.made_from)

    def _due(self, h: HandIn, extensions: Sequence[Extension]) -> dt.datetime | None:
        """When it is due: for a student with an extension, theirs."""
        found = self._assignment(h.assignment)
        return None if found is None else found.due_for(h.student, extensions)

    def _extensions(self) -> tuple[Extension, ...]:
        """Those of the course; a broken list is told to staff and grants nothing until it is mended."""
        try:
            return read_extensions(self._desk.course.root)
        except CourseError as e:
            self._desk.health.last_error = str(e)
            return ()

    def _late_rule(self, hand_in: HandIn) -> str:
        """What it costs to be late, in the words of the week's policy."""
        found = self._assignment(hand_in.assignment)
        return "" if found is None or found.late is None else str(found.late)

    def _title(self, assignment: str) -> str:
        found = self._assignment(assignment)
        return assignment if found is None else found.title

    def _assignment(self, name: str) -> Assignment | None:
        """None for an assignment that is broken or gone: its old hand-ins are shown all the same."""
        try:
            return self._desk.assignment(name)
        except CourseError:
            return None


def questions_of(result: Result, shown: Sequence[str], staff: bool) -> tuple[QuestionView, ...]:
    """Questions with the tests that the reader may see.

    A question's points are the sum of all its tests: where some of them are not shown yet, neither are the points.
    """
    found = []
    for question in result.questions:
        lines, common, hidden = test_lines(question.tests, shown)
        whole = staff or "after_due" in shown or all(test.visibility in shown for test in question.tests)
        found.append(
            QuestionView(
                name=question.question,
                title=question.question,
                score=question.score if whole else None,
                max_score=question.max_score,
                tests=lines,
                hidden=hidden,
                notes=(*notes_of(result.notes, question.question), *([common] if common else [])),
            )
        )
    return tuple(found)


def render(template: str, **values: Any) -> str:
    """A page from one of this room's templates."""
    return environment("autograder.service", "autograder.report").get_template(template).render(**values)


@functools.cache
def style_sheet() -> str:
    """The reports' sheet and this room's own: served as a file, so that the policy needs no inline styles."""
    own = resources.files("autograder.service") / "templates" / "service.css"
    return css() + own.read_text(encoding="utf-8")


def _time(when: dt.datetime) -> str:
    return f"{when.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"

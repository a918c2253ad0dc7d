"""The numbers of a class report: what the store and the gradebook know of an assignment, put together.

A :class:`Student` is light: outputs of cells are dropped as soon as they were read, so that a class of thousands
fits into memory.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from autograder.records import Result, TestResult
from autograder.report.items import Item, Spread, analyse, redundant_pairs, reliability, spread
from autograder.report.roster import Roster, Waiting
from autograder.store import Stored


@dataclass(frozen=True)
class QuestionInfo:
    """A question of the assignment; ``manual`` says that a person scores it."""

    name: str
    points: float
    manual: bool = False


@dataclass(frozen=True)
class Student:
    """One student of the class.

    Attributes
    ----------
    score : float or None
        After the penalty; None for who has nothing that was graded.
    scores : mapping
        By question: the gradebook's final ones where there are any, else the tests'.
    tests : mapping
        By question.
    """

    student: str
    name: str = ""
    score: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    tests: Mapping[str, tuple[TestResult, ...]] = field(default_factory=dict)
    verdict: str = ""
    flagged: tuple[str, ...] = ()
    note_kinds: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    submitted: bool = False
    handed_in: dt.datetime | None = None
    seconds_late: float = 0.0
    penalty: float = 0.0
    extension: dt.timedelta | None = None
    wall_seconds: float = math.nan
    cpu_seconds: float = math.nan
    memory_mb: float = math.nan


@dataclass(frozen=True)
class ClassData:
    """All numbers of a class report.

    Attributes
    ----------
    items : tuple of (str, Item)
        Question and statistics of each test; an item is named ``question::test``.
    titles : mapping
        Title of each item.
    seconds : mapping
        Median and most seconds of each item.
    suites : mapping
        Digest of each question's tests.
    """

    assignment: str
    title: str
    questions: tuple[QuestionInfo, ...]
    students: tuple[Student, ...]
    due: dt.datetime | None = None
    in_gradebook: bool = False
    items: tuple[tuple[str, Item], ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    redundant: tuple[tuple[str, str, float], ...] = ()
    alpha: float = math.nan
    waiting: tuple[Waiting, ...] = ()
    suites: Mapping[str, str] = field(default_factory=dict)

    @property
    def maximum(self) -> float:
        return sum(q.points for q in self.questions)

    @property
    def graded(self) -> tuple[Student, ...]:
        return tuple(s for s in self.students if s.score is not None)

    @property
    def missing(self) -> tuple[Student, ...]:
        return tuple(s for s in self.students if not s.submitted)

    @property
    def late(self) -> tuple[Student, ...]:
        return tuple(s for s in self.students if s.seconds_late > 0)

    @property
    def total(self) -> Spread:
        return spread(np.array([s.score for s in self.graded], float), self.maximum)

    def spread_of(self, question: QuestionInfo) -> Spread:
        return spread(np.array([s.scores.get(question.name, math.nan) for s in self.graded], float), question.points)

    def verdicts(self) -> list[tuple[str, int]]:
        return Counter(s.verdict for s in self.students if s.verdict).most_common()

    def causes(self) -> list[tuple[str, int, int]]:
        """(cause, failed tests, students) of all failed tests, most students first."""
        tests: Counter[str] = Counter()
        students: Counter[str] = Counter()
        for s in self.students:
            found = [t.cause or "unknown" for ts in s.tests.values() for t in ts if not t.passed]
            tests.update(found)
            students.update(set(found))
        return sorted(((c, tests[c], students[c]) for c in tests), key=lambda row: (-row[2], row[0]))

    def limits(self) -> list[tuple[str, list[str]]]:
        """Students by limit that their submission tripped, in a cell or in a test."""
        found: dict[str, list[str]] = {}
        for s in self.students:
            kinds = {*s.note_kinds, *(t.cause for ts in s.tests.values() for t in ts)}
            for kind in sorted(k for k in kinds if k.endswith("-limit") or k == "process-ended"):
                found.setdefault(kind, []).append(s.student)
        return sorted(found.items(), key=lambda row: (-len(row[1]), row[0]))


def student_of(stored: Stored) -> Student:
    """A student's row out of a stored result."""
    result = stored.result
    return Student(
        student=result.student,
        score=result.score,
        scores={q.question: q.score for q in result.questions},
        tests={q.question: q.tests for q in result.questions},
        verdict=result.verdict,
        flagged=tuple(q.question for q in result.questions if q.flagged),
        note_kinds=tuple(dict.fromkeys(n.kind for n in result.notes)),
        reports=tuple(dict.fromkeys(report.kind for report in reports_of(result))),
        submitted=True,
        wall_seconds=result.wall_seconds,
        cpu_seconds=result.usage.cpu_seconds if result.usage.source != "unavailable" else math.nan,
        memory_mb=result.usage.peak_memory_mb if result.usage.source != "unavailable" else math.nan,
    )


def reports_of(result: Result) -> Sequence:
    """What grading reports to staff alone (a suspected attack, say); older results have none."""
    return result.reports


def class_data(
    assignment: str,
    title: str,
    questions: Sequence[QuestionInfo],
    rows: Iterable[Student],
    roster: Roster | None = None,
    collected: Iterable[str] = (),
    due: dt.datetime | None = None,
    suites: Mapping[str, str] | None = None,
) -> ClassData:
    """Put together what is known of a class.

    Parameters
    ----------
    rows : iterable of Student
        From the store, one a student (of several notebooks: one each).
    roster : Roster or None
        From the gradebook.
    collected : iterable of str
        Who has handed in something, graded or not.
    suites : mapping
        Digest of each question's tests.
    """
    students: dict[str, Student] = {}
    for row in rows:
        students[row.student] = _join(students[row.student], row) if row.student in students else row
    for name in collected:
        students.setdefault(name, Student(name, submitted=True))
    if roster is not None:
        known = {q.name for q in questions}
        more = [QuestionInfo(n, p, True) for n, p in roster.maximum.items() if n not in known and p > 0]
        questions = [*questions, *more]
        for person in roster.people:
            before = students.get(person.student, Student(person.student))
            students[person.student] = _with_gradebook(before, person.name, roster)
    rows_ = tuple(students[name] for name in sorted(students))
    tested = [s for s in rows_ if s.tests]
    names, groups, titles, passed, points, seconds = _matrix(questions, tested)
    items = analyse(names, passed, points)
    return ClassData(
        assignment=assignment,
        title=title,
        questions=tuple(questions),
        students=rows_,
        due=roster.due if roster is not None and roster.due else due,
        in_gradebook=roster is not None,
        items=tuple(zip(groups, items, strict=True)),
        titles=titles,
        seconds=seconds,
        redundant=tuple(redundant_pairs(names, passed, groups)),
        alpha=reliability(passed, points),
        waiting=roster.waiting if roster is not None else (),
        suites=suites or {},
    )


def _join(one: Student, other: Student) -> Student:
    """Two notebooks of one student."""
    return replace(
        one,
        score=(one.score or 0.0) + (other.score or 0.0),
        scores={**one.scores, **other.scores},
        tests={**one.tests, **other.tests},
        flagged=(*one.flagged, *other.flagged),
        note_kinds=(*one.note_kinds, *other.note_kinds),
        reports=tuple(dict.fromkeys((*one.reports, *other.reports))),
        wall_seconds=one.wall_seconds + other.wall_seconds,
        cpu_seconds=one.cpu_seconds + other.cpu_seconds,
        memory_mb=max(one.memory_mb, other.memory_mb),
    )


def _with_gradebook(student: Student, name: str, roster: Roster) -> Student:
    entry = roster.entries.get(student.student)
    if entry is None:
        return replace(student, name=name)
    scores = {**student.scores, **entry.scores}
    graded = bool(entry.scores) or student.score is not None
    return replace(
        student,
        name=name,
        scores=scores,
        score=max(sum(scores.values()) - entry.penalty, 0.0) if graded else None,
        submitted=student.submitted or entry.handed_in is not None,
        handed_in=entry.handed_in,
        seconds_late=entry.seconds_late,
        penalty=entry.penalty,
        extension=entry.extension,
    )


def _matrix(
    questions: Sequence[QuestionInfo], students: Sequence[Student]
) -> tuple[list[str], list[str], dict[str, str], np.ndarray, np.ndarray, dict[str, tuple[float, float]]]:
    """Items, their questions and titles, outcomes (students by items), points an item, and seconds (median, most)."""
    columns: dict[tuple[str, str], tuple[str, float]] = {}
    for question in questions:
        for s in students:
            for t in s.tests.get(question.name, ()):
                columns.setdefault((question.name, t.test), (t.title, t.weight))
    index = {key: j for j, key in enumerate(columns)}
    passed = np.full((len(students), len(columns)), np.nan)
    times: dict[int, list[float]] = {}
    for i, s in enumerate(students):
        for q, tests in s.tests.items():
            for t in tests:
                j = index.get((q, t.test))
                if j is not None and t.outcome in ("passed", "failed"):
                    passed[i, j] = t.passed
                    times.setdefault(j, []).append(t.seconds)
    weights = Counter[str]()
    for (q, _), (_, weight) in columns.items():
        weights[q] += weight
    full = {q.name: q.points for q in questions}
    points = np.array([full[q] * weight / weights[q] for (q, _), (_, weight) in columns.items()])
    names = [f"{q}::{t}" for q, t in columns]
    seconds = {names[j]: (float(np.median(found)), max(found)) for j, found in times.items()}
    titles = dict(zip(names, (title for title, _ in columns.values()), strict=True))
    return names, [q for q, _ in columns], titles, passed, points, seconds

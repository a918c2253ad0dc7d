"""What the pages of one week show: the class report, regrades, the leaderboard."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import leaderboard
from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.regrade import Record, records
from autograder.report.leaderboard import shown
from autograder.reporting import REPORTS, read_leaderboard
from autograder.service.chores import Chore, Chores

if TYPE_CHECKING:
    from autograder.service.desk import Desk

FRESH_SECONDS = 60.0
"""So long a leaderboard is shown before it is made anew: it reads every result of the week."""
WHAT = {
    "report": "Class report",
    "regrade": "What a regrade would change",
    "record": "Regrade, recorded",
    "undo": "Last regrade, taken back",
}
_REPORT_FILE = re.compile(r"(?:students/)?[A-Za-z0-9_-][A-Za-z0-9._-]*\.(?:html|csv|json)")


@dataclass(frozen=True)
class Week:
    """A week on its page for staff; ``report`` is when the class report was made, or ""."""

    name: str
    title: str
    report: str
    leaderboard: bool
    chore: Chore | None
    records: tuple[Record, ...]
    problem: str = ""

    @property
    def what(self) -> str:
        return "" if self.chore is None else WHAT[self.chore.verb]

    @property
    def runs(self) -> bool:
        return self.chore is not None and self.chore.runs

    @property
    def can_record(self) -> bool:
        """After a look at what would change, and only then."""
        return self.chore is not None and self.chore.verb == "regrade" and self.chore.code == 0

    @property
    def can_undo(self) -> bool:
        return any(not r.undone_at for r in self.records)


class Weeks:
    """May be asked from several threads."""

    def __init__(self, desk: Desk, chores: Chores):
        self._desk = desk
        self.chores = chores
        self._lock = threading.Lock()
        self._boards: dict[str, tuple[dt.datetime, Mapping[str, Any], Mapping[str, str]]] = {}
        self._kept: dict[str, tuple[Assignment, bool]] = {}

    def week(self, name: str) -> Week | None:
        """For staff; None if the course has no such week."""
        course = self._desk.course
        if name not in course.assignments:
            return None
        assignment, found = self._assignment(name), ()
        problem = "" if assignment is not None else "The week cannot be read as it is. Run: autograder check"
        try:
            found = tuple(r for _, r in records(course) if r.assignment == name)
        except CourseError as e:
            problem = str(e)
        index = self.report_file(name, "index.html")
        made = "" if index is None else f"{dt.datetime.fromtimestamp(index.stat().st_mtime, dt.UTC):%Y-%m-%d %H:%M} UTC"
        return Week(
            name=name,
            title=name if assignment is None else assignment.title,
            report=made,
            leaderboard=self._has_leaderboard(name),
            chore=self.chores.last(name),
            records=found,
            problem=problem,
        )

    def report_file(self, name: str, file: str) -> Path | None:
        """A file of the class report as it was made last; None if there is none of that name."""
        if name not in self._desk.course.assignments or not _REPORT_FILE.fullmatch(file):
            return None
        path = self._desk.course.root / REPORTS / name / file
        return path if path.is_file() and not path.is_symlink() else None

    def with_leaderboard(self) -> tuple[tuple[str, str], ...]:
        """Name and title of each released week that has a leaderboard."""
        released = self._desk.inbound.parent / "outbound"
        names = (n for n in self._desk.course.assignments if (released / n).is_dir() and self._has_leaderboard(n))
        return tuple((n, a.title) for n in names if (a := self._assignment(n)) is not None)

    def leaderboard(self, name: str, reader: str) -> Mapping[str, Any] | None:
        """What the page of a leaderboard shows, with the reader's own pseudonym; None where there is none.

        It is the final list once staff have written that with ``autograder leaderboard --final``.
        """
        if not self._has_leaderboard(name):
            return None
        with self._lock:
            now = dt.datetime.now(dt.UTC)
            made, view, names = self._boards.get(name, (None, {}, {}))
            if made is None or (now - made).total_seconds() > FRESH_SECONDS:
                board = self._read(name)
                view, names = shown(board), board.names
                self._boards[name] = (now, view, names)
        return {**view, "you": next((pseudonym for pseudonym, who in names.items() if who == reader), "")}

    def _read(self, name: str) -> Any:
        course = self._desk.course
        try:
            written = json.loads((course.root / leaderboard.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
            final = written.get("final") is True
        except (OSError, ValueError, AttributeError):
            final = False
        if final:
            try:
                return read_leaderboard(course, name, final=True)
            except CourseError:
                pass  # somebody got more time since: until then the list that stands
        return read_leaderboard(course, name)

    def _has_leaderboard(self, name: str) -> bool:
        assignment = self._assignment(name)
        if assignment is None:
            return False
        known = self._kept.get(name)
        if known is None or known[0] is not assignment:
            has = leaderboard.has_one(q.suite for q in assignment.questions if q.suite is not None)
            known = self._kept[name] = (assignment, has)
        return known[1]

    def _assignment(self, name: str) -> Assignment | None:
        try:
            return self._desk.assignment(name)
        except CourseError:
            return None

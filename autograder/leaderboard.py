"""A list of who reaches what, for fun: never part of a grade.

What a suite has measured under ``leaderboard.*`` is taken out of the stored results. A student is listed under a
pseudonym, or not at all. The list that stands before the end shows one half of the hidden images, in whole percent, of
at most three runs a day; the other half decides at the end, for the run that was best by the first half. So what can be
learnt about a label by handing in often is little, and it is about the half that does not count.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.records import Note, TestResult
from autograder.store import Stored

FOLDER = Path("course") / "leaderboard"
LEFT_OUT = "left-out.txt"
"""In FOLDER: students who asked staff to leave them out, one a line."""

RUNS_A_DAY = 3
NOTE = "leaderboard"
_PREFIX = "leaderboard."
_NUMBERS = ("public", "private", "parameters", "seconds", "on_card")
_FIRST = (
    "Amber Bold Brisk Calm Clever Copper Cosy Eager Early Gentle Golden Happy Jolly Keen Kind Late Lucky Mellow Merry "
    "Nimble Patient Plain Proud Quick Quiet Royal Sandy Silver Sunny Swift Tidy Wise"
).split()
_SECOND = (
    "Badger Beaver Bison Bittern Curlew Dormouse Egret Falcon Finch Gecko Hare Heron Ibis Jackdaw Kestrel Lark Lynx "
    "Marten Merlin Newt Otter Owl Petrel Plover Puffin Raven Robin Seal Stork Tern Wagtail Wren"
).split()


@dataclass(frozen=True)
class Entry:
    """One measured submission; accuracies are shares in [0, 1], ``when`` is when it was first graded."""

    student: str
    when: dt.datetime
    public: float
    private: float
    parameters: int
    seconds: float
    on_card: bool


@dataclass(frozen=True)
class Place:
    """A line of the list; equal runs share a rank."""

    rank: int
    name: str
    accuracy: float
    parameters: int
    seconds: int
    runs: int


def has_one(suites: Iterable[Path]) -> bool:
    """Whether any of these suites measures something for a leaderboard."""
    return any(path.is_file() and f'"{_PREFIX}' in path.read_text(encoding="utf-8") for path in suites)


def measured(tests: Iterable[TestResult]) -> dict[str, float]:
    """What the tests of a result have measured for a leaderboard, by name."""
    found: dict[str, float] = {}
    for test in tests:
        found |= {n.removeprefix(_PREFIX): v for n, v in test.measures if n.startswith(_PREFIX) and math.isfinite(v)}
    return found


def read_entries(stored: Iterable[Stored], left_out: frozenset[str] = frozenset()) -> list[Entry]:
    """Every listed submission, the oldest first.

    Parameters
    ----------
    stored : iterable of Stored
        All results of an assignment, in the order in which they were stored. Of a submission that was graded
        several times the last result counts, and the first time.
    left_out : frozenset of str
        Students who are not listed. Nor is who says so in their newest notebook: none of their earlier runs is.
    """
    found: dict[tuple[str, str], Entry] = {}
    wants: dict[str, bool] = {}
    for one in stored:
        result = one.result
        numbers = measured(t for q in result.questions for t in q.tests)
        if "listed" in numbers:
            wants[result.student] = bool(numbers["listed"])
        if not all(name in numbers for name in _NUMBERS):
            continue
        key = result.student, result.digests.submission
        when = found[key].when if key in found else dt.datetime.fromisoformat(one.recorded)
        found[key] = Entry(
            result.student,
            when,
            numbers["public"],
            numbers["private"],
            int(numbers["parameters"]),
            numbers["seconds"],
            bool(numbers["on_card"]),
        )
    listed = (e for e in found.values() if wants.get(e.student, True) and e.student not in left_out)
    return sorted(listed, key=lambda e: e.when)


def scored(entries: Sequence[Entry], a_day: int = RUNS_A_DAY) -> list[Entry]:
    """Of each student the first few runs of each day (UTC); on a card and on a processor each have their own count."""
    counts: Counter[tuple[str, dt.date, bool]] = Counter()
    kept = []
    for entry in sorted(entries, key=lambda e: e.when):
        key = entry.student, entry.when.astimezone(dt.UTC).date(), entry.on_card
        counts[key] += 1
        if counts[key] <= a_day:
            kept.append(entry)
    return kept


def places(entries: Sequence[Entry], secret: bytes, week: str, final: bool = False) -> list[Place]:
    """The list: each student's best run by the public half; at the end in the order of the private half.

    Ties are broken by fewer parameters, then by fewer whole seconds.
    """
    runs = Counter(e.student for e in entries)
    best: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda e: (*_order(e, False), e.when)):
        best.setdefault(entry.student, entry)
    order = {who: _order(entry, final) for who, entry in best.items()}
    ranked = sorted(best, key=lambda who: (order[who], pseudonym(secret, week, who)))
    found: list[Place] = []
    for number, who in enumerate(ranked, start=1):
        same = number > 1 and order[who] == order[ranked[number - 2]]
        minus, parameters, seconds = order[who]
        rank = found[-1].rank if same else number
        found.append(Place(rank, pseudonym(secret, week, who), -minus, parameters, seconds, runs[who]))
    return found


def _order(entry: Entry, final: bool) -> tuple[float, int, int]:
    # before the end a whole percent, and the order by no more than that: each finer digit would tell of single images
    accuracy = entry.private if final else math.floor(entry.public * 100 + 1e-9) / 100
    return -accuracy, entry.parameters, round(entry.seconds)


def pseudonym(secret: bytes, week: str, student: str) -> str:
    """A name that follows from the course secret: the same each time, and nobody without the secret can undo it."""
    number = int.from_bytes(hmac.digest(secret, f"{NOTE}/{week}/{student}".encode(), hashlib.sha256)[:8], "big")
    number, first = divmod(number, len(_FIRST))
    number, second = divmod(number, len(_SECOND))
    return f"{_FIRST[first]} {_SECOND[second]} {100 + number % 900}"


def notes_for(tests: Iterable[TestResult], secret: bytes, week: str, student: str) -> tuple[Note, ...]:
    """Tells a student their pseudonym, where a run of theirs was measured and they did not opt out."""
    numbers = measured(tests)
    if "public" not in numbers or not numbers.get("listed", 1.0):
        return ()
    text = (
        f"On the leaderboard you are {pseudonym(secret, week, student)}. It has no points; LEADERBOARD = False in your "
        "notebook takes you off it."
    )
    return (Note(NOTE, text),)


def read_left_out(root: Path) -> frozenset[str]:
    """Students who asked staff to leave them out."""
    path = root / FOLDER / LEFT_OUT
    if not path.is_file():
        return frozenset()
    return frozenset(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())

"""Frozen records that cross a boundary between rooms, and the versioned JSON form of a result."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1
"""Version of the JSON form of a :class:`Result`; raised when a reader of the old form would err."""


@dataclass(frozen=True)
class Limits:
    """What a submission may use. Sizes are in MiB unless named otherwise, times in seconds.

    ``notebook_seconds`` and ``cell_seconds`` hold while the notebook runs; ``test_seconds`` is the
    default for one hidden test (``@limit`` overrides it), ``question_seconds`` for all tests of a
    question; ``total_seconds`` of wall time and ``cpu_seconds`` of processor time hold for the whole
    submission. ``callbacks`` is how often one hidden test serves the functions that it passes in
    (``@pytest.mark.callbacks`` overrides it). ``files`` is how many files and folders may be
    there at a time. One answer to a test holds at most ``returned_mb`` in arrays,
    ``returned_objects_kb`` in numbers and texts outside of arrays, and containers nested ``returned_depth`` deep.
    """

    cell_seconds: float = 15.0
    notebook_seconds: float = 60.0
    test_seconds: float = 5.0
    question_seconds: float = 30.0
    total_seconds: float = 240.0
    cpu_seconds: float = 180.0
    memory_mb: int = 1024
    scratch_mb: int = 64
    processes: int = 64
    open_files: int = 256
    output_kb: int = 512
    returned_mb: int = 128
    notebook_mb: int = 16
    callbacks: int = 5000
    shared_memory_mb: int = 64
    returned_objects_kb: int = 2048
    returned_depth: int = 64
    files: int = 8192


@dataclass(frozen=True)
class CodeCell:
    """One code cell of a submitted notebook, in order of the file.

    ``key`` is its nbgrader grade id where it has one, else ``cell-<position>``.
    """

    key: str
    source: str


@dataclass(frozen=True)
class Note:
    """Something that the student and the staff should know about a submission.

    ``kind`` is a verdict's name ("wrong-name", "duplicated-cell", "time-limit" ...), ``text`` one
    clear sentence for the student, ``where`` a cell key or a question or "".
    """

    kind: str
    text: str
    where: str = ""


@dataclass(frozen=True)
class Report:
    """A sign of an attack, for staff alone: it is no proof, decides no score and is not shown to the student.

    ``kind`` is "canary", "protocol-abuse", "notebook-ended", "limits" or "locked-cells"; ``evidence`` may
    quote what the student's code said.
    """

    kind: str
    text: str
    where: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Submission:
    """One student's notebook as it will be graded: locked cells already restored."""

    assignment: str
    student: str
    notebook: str
    cells: tuple[CodeCell, ...]
    files: tuple[tuple[str, bytes], ...] = ()
    notes: tuple[Note, ...] = ()

    def digest(self) -> str:
        """SHA-256 of all that can change the result, except who handed it in."""
        # the counts keep a cell from being taken for a file of the same name
        h = hashlib.sha256(f"{len(self.cells)} {len(self.files)} {len(self.notes)}".encode())
        for cell in self.cells:
            _update(h, cell.key, cell.source)
        for name, data in self.files:
            _update(h, name, data)
        for note in self.notes:
            _update(h, note.kind, note.text, note.where)
        return h.hexdigest()


def _update(h: Any, *parts: str | bytes) -> None:
    """Feed each part with its length before it, so that no two lists of parts collide."""
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        h.update(len(raw).to_bytes(8, "big"))
        h.update(raw)


@dataclass(frozen=True)
class TestResult:
    """What one hidden test said.

    ``outcome`` is "passed", "failed" or "not-reached"; ``cause`` names why a test failed
    ("assertion", "exception", "time-limit", "memory-limit", "process-ended", "wrong-kind",
    "returned-limit", "missing-name", "suite-error"). ``hint`` is the hint's name, ``message`` what
    the student reads. ``detail`` (the failure in full) and ``calls`` (what the test asked the student's code last,
    and what came back) are for staff alone, and so are ``measures``: numbers that a test has taken, by name.
    """

    __test__ = False  # not a test class, whatever its name makes pytest think

    test: str
    title: str
    outcome: str
    weight: float = 1.0
    cause: str = ""
    hint: str = ""
    message: str = ""
    visibility: str = "public"
    seconds: float = 0.0
    detail: str = ""
    calls: str = ""
    measures: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        # out of JSON come lists
        object.__setattr__(self, "measures", tuple((name, value) for name, value in self.measures))

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"


@dataclass(frozen=True)
class QuestionResult:
    """Score of one question: always within [0, max_score]; ``flagged`` asks staff to look.

    ``made_from`` is a digest of all that decides what its tests say of a notebook; "" in results of older versions.
    """

    question: str
    score: float
    max_score: float
    tests: tuple[TestResult, ...] = ()
    flagged: bool = False
    made_from: str = ""


@dataclass(frozen=True)
class CardRun:
    """What became of a submission's function on a graphics card.

    ``verdict`` is "done", or why not; ``text`` a sentence for the student. ``seconds`` is the wall time of the call,
    ``peak_mb`` what it used of the card's memory at most, in MiB, by the driver's account. ``files`` are bytes that
    the student's code wrote.
    """

    verdict: str
    text: str = ""
    profile: str = ""
    device: str = ""
    seconds: float = 0.0
    peak_mb: float = 0.0
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def done(self) -> bool:
        return self.verdict == "done"

    @property
    def machines_fault(self) -> bool:
        return self.verdict in ("queue-timeout", "infrastructure")


@dataclass(frozen=True)
class CellResult:
    """Outputs of one executed code cell, as nbformat output dictionaries, capped and sanitised."""

    key: str
    outputs: tuple[dict[str, Any], ...] = ()
    ok: bool = True
    seconds: float = 0.0


@dataclass(frozen=True)
class Usage:
    """What a submission used. ``source`` says who measured: "cgroup", "proc" or "unavailable"."""

    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    source: str = "unavailable"


@dataclass(frozen=True)
class Digests:
    """What a result was made from; a change of any of these asks for a new result."""

    submission: str
    suite: str
    image: str
    seed: str


@dataclass(frozen=True)
class Times:
    """When what happened to a result: ISO 8601 with offset, "" where nobody noted it.

    ``requested``: it was asked for, by handing in to the service or by starting a command; ``queued``: it began to
    wait for a sandbox; ``started``: a sandbox began with the notebook; ``judged``: the last question was scored.
    When a result was recorded, the store knows.
    """

    requested: str = ""
    queued: str = ""
    started: str = ""
    judged: str = ""


def now() -> str:
    """This moment as :class:`Times` holds it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Result:
    """All that grading one submission produced.

    ``verdict`` is "graded", or the name of what stood in the way of some or all questions.
    """

    assignment: str
    student: str
    notebook: str
    verdict: str
    questions: tuple[QuestionResult, ...]
    cells: tuple[CellResult, ...]
    digests: Digests
    notes: tuple[Note, ...] = ()
    engine: str = ""
    usage: Usage = field(default_factory=Usage)
    wall_seconds: float = 0.0
    reports: tuple[Report, ...] = ()
    times: Times = field(default_factory=Times)
    schema: int = SCHEMA

    @property
    def score(self) -> float:
        return round(sum(q.score for q in self.questions), 2)

    @property
    def max_score(self) -> float:
        return sum(q.max_score for q in self.questions)

    def question(self, name: str) -> QuestionResult | None:
        return next((q for q in self.questions if q.question == name), None)

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=True, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Inverse of :meth:`to_json`.

        Raises
        ------
        ValueError
            If the text was written by another version of the schema.
        """
        d = json.loads(text)
        if d.get("schema") != SCHEMA:
            raise ValueError(f"a result of schema {d.get('schema')!r} was found; this version reads schema {SCHEMA}")
        d["questions"] = tuple(
            QuestionResult(**{**q, "tests": tuple(TestResult(**t) for t in q["tests"])}) for q in d["questions"]
        )
        d["cells"] = tuple(CellResult(**{**c, "outputs": tuple(c["outputs"])}) for c in d["cells"])
        d["notes"] = tuple(Note(**n) for n in d["notes"])
        d["reports"] = tuple(Report(**r) for r in d.get("reports", ()))
        d["digests"] = Digests(**d["digests"])
        d["usage"] = Usage(**d["usage"])
        d["times"] = Times(**d.get("times", {}))
        return cls(**d)

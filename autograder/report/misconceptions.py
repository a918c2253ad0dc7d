"""Which misconception a failed answer shows: its test outcomes beside those of the week's mutants.

Each mutant of a week is a named misconception, and `autograder validate --matrix` writes down what every test said
about it. A *symptom* is how a test failed: cause, hint, and the sentence that the comparison gave, numbers left out
(they depend on the student's own draws). The pattern of an answer is its symptoms by test. Two patterns are as alike
as the share of the tests failed by either that both fail, one half where they fail in different ways:

    similarity = sum over failed tests of (1, 1/2 or 0) / number of tests that either fails

An answer shows a misconception when the most similar mutant reaches :data:`THRESHOLD`. Of mutants that are as similar
those stay that differ least from the answer in the *values* that tests recorded: how the first different one relates to
the expected one (:func:`relation`). What is left cannot be told apart by these tests: all of it is named, and the
confidence is shared. What is not matched is *unexplained*; equal patterns are shown together, as candidates for new
mutants.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.records import TestResult

THRESHOLD = 0.9
"""Least similarity of a match; docs/misconceptions.md has precision and recall for this and other values."""

TIE = 0.02
"""Similarities this close are a tie."""

FORM = 1
"""Version of the catalogue's JSON."""

NOT_ATTEMPTED = "not attempted"
_NOTHING_TO_MATCH = ("not-implemented", "missing-name")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_VALUES = re.compile(r"got (.+?), expected (.+?)\)?$", re.MULTILINE)
_VALUE = re.compile(r"-?(?:inf|nan|\d+(?:\.\d*)?(?:e[-+]?\d+)?)")
_CAST = re.compile(r"np\.\w+\(")

Pattern = Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """A misconception of the catalogue: a mutant, its symptoms by test, and relations where a test recorded values."""

    question: str
    name: str
    summary: str
    misconception: str
    hint: str
    pattern: Pattern
    values: Pattern = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """What an answer shows: one misconception, or several that the tests cannot tell apart."""

    known: tuple[Known, ...]
    similarity: float

    @property
    def confidence(self) -> float:
        """Similarity, shared among the candidates; in (0, 1]."""
        return self.similarity / len(self.known)


@dataclass(frozen=True)
class Finding:
    """A misconception in a class; ``students`` with their confidence."""

    question: str
    known: tuple[Known, ...]
    students: tuple[tuple[str, float], ...]

    @property
    def confidence(self) -> float:
        """Mean confidence of the students."""
        return sum(c for _, c in self.students) / len(self.students)


@dataclass(frozen=True)
class Cluster:
    """Students whose answers fail alike and like no mutant; ``tests`` are (title, message) of what failed."""

    question: str
    students: tuple[str, ...]
    tests: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Diagnosis:
    """All questions of a class: what was recognised, what was not, who has not begun, how many answered wrongly."""

    findings: tuple[Finding, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    not_attempted: Mapping[str, tuple[str, ...]] = ()
    failed: Mapping[str, int] = ()
    stale: tuple[str, ...] = ()


def symptom(test: TestResult) -> str:
    """How a test failed, in a form that is the same for every student."""
    said = hashlib.sha256(_NUMBER.sub("#", test.message).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{test.cause}|{test.hint}|{said}"


def pattern_of(tests: Iterable[TestResult]) -> dict[str, str]:
    """Symptoms of the tests that failed; what was not reached says nothing."""
    return {test.test: symptom(test) for test in tests if test.outcome == "failed"}


def relation(detail: str) -> str:
    """How the first different value that a test recorded relates to the expected one; "" where it recorded none.

    The numbers themselves depend on the student's draws: what stays is "nan", "inf", "0.0", "negative" (of what was
    expected), "smaller" or "larger".
    """
    found = _VALUES.findall(detail)
    numbers = [_VALUE.search(_CAST.sub("", text)) for text in found[-1]] if found else [None]
    if not all(numbers):
        return ""
    got, expected = (float(number[0]) for number in numbers)
    if not math.isfinite(got) or got == 0:
        return str(abs(got))
    if math.isfinite(expected) and abs(got + expected) <= 1e-6 * abs(got):
        return "negative"
    return "smaller" if abs(got) < abs(expected) else "larger"


def values_of(tests: Iterable[TestResult]) -> dict[str, str]:
    """Relations of the failed tests that recorded values."""
    found = {test.test: relation(test.detail) for test in tests if test.outcome == "failed"}
    return {test: related for test, related in found.items() if related}


def similarity(one: Pattern, other: Pattern) -> float:
    """How alike two patterns are, in [0, 1]; two without any failure are not alike but unknown: 0."""
    tests = {*one, *other}
    if not tests:
        return 0.0
    agree = sum(
        (1.0 if one[t] == other[t] else 0.5) for t in tests if t in one and t in other
    )
    return agree / len(tests)


def match(
    pattern: Pattern, catalogue: Sequence[Known], threshold: float = THRESHOLD, values: Pattern | None = None
) -> Match | None:
    """The misconception that a pattern shows; None where none is similar enough. ``values`` decide between equals."""
    scored = [(similarity(pattern, known.pattern), known) for known in catalogue]
    best = max((score for score, _ in scored), default=0.0)
    if not pattern or best < threshold or best <= 0:
        return None
    tied = [known for score, known in scored if score >= best - TIE]
    values = values or {}
    unlike = [sum(values[t] != known.values[t] for t in values.keys() & known.values.keys()) for known in tied]
    return Match(tuple(known for known, number in zip(tied, unlike, strict=True) if number == min(unlike)), best)


def not_attempted(tests: Sequence[TestResult]) -> bool:
    """Whether a question was left as it was released, or its function is not there at all."""
    failed = [t for t in tests if t.outcome == "failed"]
    return bool(failed) and all(t.hint in _NOTHING_TO_MATCH or t.cause in _NOTHING_TO_MATCH for t in failed)


def diagnose(
    answers: Mapping[str, Mapping[str, Sequence[TestResult]]], catalogue: Sequence[Known], stale: Sequence[str] = ()
) -> Diagnosis:
    """Match every failed answer of a class.

    Parameters
    ----------
    answers : mapping
        Tests by question, by student.
    catalogue : sequence of Known
    stale : sequence of str
        Questions whose tests have changed since the catalogue was written.
    """
    findings: dict[tuple[str, tuple[str, ...]], list[tuple[str, float]]] = {}
    named: dict[tuple[str, tuple[str, ...]], tuple[Known, ...]] = {}
    clusters: dict[tuple[str, frozenset], list[str]] = {}
    shown: dict[tuple[str, frozenset], tuple[tuple[str, str], ...]] = {}
    nothing: dict[str, list[str]] = {}
    failed: dict[str, int] = {}
    for student, questions in answers.items():
        for question, tests in questions.items():
            pattern = pattern_of(tests)
            if not pattern:
                continue
            failed[question] = failed.get(question, 0) + 1
            if not_attempted(tests):
                nothing.setdefault(question, []).append(student)
                continue
            found = match(pattern, [k for k in catalogue if k.question == question], values=values_of(tests))
            if found is not None:
                key = (question, tuple(k.name for k in found.known))
                named[key] = found.known
                findings.setdefault(key, []).append((student, found.confidence))
                continue
            alike = (question, frozenset(pattern.items()))
            clusters.setdefault(alike, []).append(student)
            shown.setdefault(alike, tuple((t.title, t.message) for t in tests if t.test in pattern))
    order = sorted(findings, key=lambda key: (-len(findings[key]), key))
    return Diagnosis(
        findings=tuple(Finding(key[0], named[key], tuple(findings[key])) for key in order),
        clusters=tuple(
            Cluster(key[0], tuple(students), shown[key])
            for key, students in sorted(clusters.items(), key=lambda item: (-len(item[1]), item[0][0], item[1][0]))
        ),
        not_attempted={q: tuple(s) for q, s in nothing.items()},
        failed=failed,
        stale=tuple(stale),
    )


def catalogue_to_dict(assignment: str, suites: Mapping[str, str], known: Sequence[Known]) -> dict[str, object]:
    """The catalogue as JSON; ``suites`` are digests of each question's tests."""
    return {
        "form": FORM,
        "assignment": assignment,
        "suites": dict(suites),
        "misconceptions": [
            {
                "question": k.question,
                "name": k.name,
                "summary": k.summary,
                "misconception": k.misconception,
                "hint": k.hint,
                "pattern": dict(sorted(k.pattern.items())),
                "values": dict(sorted(k.values.items())),
            }
            for k in known
        ],
    }


def catalogue_from_dict(data: Mapping[str, object]) -> tuple[dict[str, str], list[Known]]:
    """Inverse of :func:`catalogue_to_dict`: digests of the suites, and the misconceptions.

    Raises
    ------
    ValueError
        If it is no catalogue of this version.
    """
    try:
        if data["form"] != FORM:
            raise ValueError(f"form {data['form']!r}, this version reads {FORM}")
        return dict(data["suites"]), [Known(**entry) for entry in data["misconceptions"]]
    except (KeyError, TypeError, AttributeError) as e:
        raise ValueError(f"no catalogue of misconceptions: {e!r}") from None

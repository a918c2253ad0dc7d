"""The class report as files: pages, tables and JSON in one folder that needs nothing from outside."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from autograder.report import charts
from autograder.report.class_data import ClassData
from autograder.report.files import make_private, write_text
from autograder.report.history import History, items_to_dict
from autograder.report.items import Item
from autograder.report.misconceptions import Diagnosis
from autograder.report.pages import number, percent, render
from autograder.report.roster import share_out
from autograder.report.student_page import duration
from autograder.report.tables import to_csv

SHOWN_CLUSTERS = 12
SHOWN_MISSING = 200
SHOWN_NEXT = 5


@dataclass(frozen=True)
class Extras:
    """What goes into a report besides the class's numbers.

    ``diagnosis`` is None where there is no catalogue of misconceptions; ``formgrader`` is its URL; ``pages`` says
    that students' pages below ``students/`` are linked, as far as they are there.
    """

    diagnosis: Diagnosis | None = None
    history: History | None = None
    graders: tuple[str, ...] = ()
    formgrader: str = ""
    pages: bool = True
    label: str = ""


def write_class_report(data: ClassData, extras: Extras, folder: Path) -> dict[str, Any]:
    """Write the folder; returns what is in its report.json.

    Raises
    ------
    Unwritable
    """
    make_private(folder)
    report = to_dict(data, extras)
    view = _view(data, extras, folder)
    write_text(folder / "index.html", render("class.html.j2", d=data, r=view, wide=True))
    write_text(folder / "students.html", render("students.html.j2", d=data, r=view, wide=True))
    write_text(folder / "report.json", json.dumps(report, indent=1, allow_nan=False))
    write_text(folder / "items.json", json.dumps(items_to_dict(data, extras.label), indent=1, allow_nan=False))
    for name, text in tables(data).items():
        write_text(folder / name, text)
    return report


def file_name(student: str) -> str:
    """A student's page: a name that no student can choose to be another's, or outside of the folder."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", student).lstrip(".")[:60]
    if plain == student:
        return f"{plain}.html"
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain}-{digest}.html"


def tables(data: ClassData) -> dict[str, str]:
    """The report's tables as CSV, by file name."""
    questions = [q.name for q in data.questions]
    students = to_csv(
        ["student", "name", "score", "max_score", *questions, "verdict", "submitted", "handed_in", "seconds_late",
         "penalty", "extension_seconds", "wall_seconds", "cpu_seconds", "memory_mb"],
        (
            [s.student, s.name, s.score, data.maximum, *(s.scores.get(q) for q in questions), s.verdict, s.submitted,
             s.handed_in.isoformat() if s.handed_in else "", s.seconds_late, s.penalty,
             s.extension.total_seconds() if s.extension else 0, s.wall_seconds, s.cpu_seconds, s.memory_mb]
            for s in data.students
        ),
    )  # fmt: skip
    by_question = to_csv(
        ["question", "points", "scores", "mean", "median", "share_at_zero", "share_at_full"],
        (
            [q.name, q.points, s.count, s.mean, s.median, s.at_zero, s.at_full]
            for q in data.questions
            for s in [data.spread_of(q)]
        ),
    )
    tests = to_csv(
        ["question", "test", "title", "answered", "difficulty", "discrimination", "low", "high", "strong_fail",
         "weak_fail", "median_seconds", "most_seconds"],
        (
            [q, i.name.split("::", 1)[1], data.titles.get(i.name, ""), i.answered, i.difficulty, i.discrimination,
             i.low, i.high, i.strong_fail, i.weak_fail, *data.seconds.get(i.name, (math.nan, math.nan))]
            for q, i in data.items
        ),
    )  # fmt: skip
    return {"students.csv": students, "questions.csv": by_question, "tests.csv": tests}


def to_dict(data: ClassData, extras: Extras) -> dict[str, Any]:
    """The report as JSON: numbers, or null where there is none."""
    found = {
        "form": 1,
        "assignment": data.assignment,
        "title": data.title,
        "suites": dict(data.suites),
        "maximum": data.maximum,
        "total": asdict(data.total),
        "alpha": data.alpha,
        "questions": [
            {"name": q.name, "points": q.points, "manual": q.manual, **asdict(data.spread_of(q))}
            for q in data.questions
        ],
        "tests": [
            {"question": q, "title": data.titles.get(i.name, ""), **asdict(i), "suspect": i.suspect}
            for q, i in data.items
        ],
        "redundant": [list(pair) for pair in data.redundant],
        "verdicts": dict(data.verdicts()),
        "causes": [{"cause": c, "tests": t, "students": s} for c, t, s in data.causes()],
        "limits": dict(data.limits()),
        "missing": [s.student for s in data.missing] if data.in_gradebook else None,
        "late": {s.student: s.seconds_late for s in data.late},
        "waiting": {grader: len(left) for grader, left in share_out(data.waiting, extras.graders).items()},
        "students": [
            {"student": s.student, "score": s.score, "scores": dict(s.scores), "verdict": s.verdict,
             "submitted": s.submitted, "flagged": list(s.flagged), "reports": list(s.reports)}
            for s in data.students
        ],
        "misconceptions": None if extras.diagnosis is None else _diagnosis_to_dict(extras.diagnosis),
    }  # fmt: skip
    return _without_nan(found)


def _diagnosis_to_dict(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "findings": [
            {"question": f.question, "mutants": [k.name for k in f.known], "summaries": [k.summary for k in f.known],
             "students": [{"student": s, "confidence": c} for s, c in f.students]}
            for f in diagnosis.findings
        ],
        "unexplained": [
            {"question": c.question, "students": list(c.students), "failed": [t for t, _ in c.tests]}
            for c in diagnosis.clusters
        ],
        "not_attempted": {q: list(s) for q, s in diagnosis.not_attempted.items()} if diagnosis.not_attempted else {},
        "stale": list(diagnosis.stale),
    }  # fmt: skip


def _without_nan(value: Any) -> Any:
    """JSON has no NaN: null instead."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {k: _without_nan(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(v) for v in value]
    return value


def _view(data: ClassData, extras: Extras, folder: Path) -> dict[str, Any]:
    """What the templates ask for besides the data."""
    there = {path.name for path in (folder / "students").glob("*.html")} if extras.pages else set()
    names = {s.student: file_name(s.student) for s in data.students if s.verdict}
    links = {student: f"students/{quote(name)}" for student, name in names.items() if name in there}
    findings, clusters, more = _found(data, extras.diagnosis)
    marks = {i.name: _marks(i, data.redundant) for _, i in data.items}
    by_question: dict[str, list[dict[str, Any]]] = {}
    for q, i in data.items:
        seconds = data.seconds.get(i.name, (0.0, 0.0))[0]
        row = {"item": i, "title": data.titles.get(i.name, ""), "test": i.name.split("::", 1)[1],
               "seconds": seconds, "marks": marks[i.name]}  # fmt: skip
        by_question.setdefault(q, []).append(row)
    points = [charts.Point(i.difficulty, i.discrimination, i.name, i.suspect) for _, i in data.items]
    reports: dict[str, list[str]] = {}
    for s in data.students:
        for kind in s.reports:
            reports.setdefault(kind, []).append(s.student)
    return {
        "links": links,
        "made": f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC",
        "due": f"{data.due:%Y-%m-%d %H:%M %Z}" if data.due else "",
        "look_at": _look_at(data, extras),
        "histogram": charts.histogram([s.score for s in data.graded], data.maximum, "Scores of the class"),
        "questions": [(q, data.spread_of(q)) for q in data.questions],
        "diagnosis": extras.diagnosis,
        "no_diagnosis": f"There is no catalogue yet. Run: autograder validate {data.assignment} --matrix",
        "findings": findings,
        "clusters": clusters,
        "more_clusters": more,
        "scatter": charts.scatter(points, "Tests by difficulty and discrimination", "difficulty", "discrimination"),
        "alpha": data.alpha if math.isfinite(data.alpha) else None,
        "tests": list(by_question.items()),
        "history": extras.history,
        "verdicts": [
            (v, n, [s.student for s in data.students if s.verdict == v]) for v, n in data.verdicts()
        ],
        "causes": data.causes(),
        "limits": data.limits(),
        "reports": sorted(reports.items()),
        "costs": _costs(data),
        "durations": {s.student: duration(s.seconds_late) for s in data.late},
        "missing": [s.student for s in data.missing[:SHOWN_MISSING]],
        "manual": _manual(data, extras),
        "formgrader": extras.formgrader,
    }


def _found(data: ClassData, diagnosis: Diagnosis | None) -> tuple[list[dict[str, Any]], list[Any], int]:
    if diagnosis is None:
        return [], [], 0
    answered = max(sum(bool(s.tests) for s in data.students), 1)
    findings = [
        {"question": f.question, "known": f.known, "share": len(f.students) / answered, "confidence": f.confidence,
         "students": f.students, "names": [s for s, _ in f.students]}
        for f in diagnosis.findings
    ]  # fmt: skip
    clusters = list(diagnosis.clusters)
    return findings, clusters[:SHOWN_CLUSTERS], max(len(clusters) - SHOWN_CLUSTERS, 0)


def _marks(item: Item, redundant: Sequence[tuple[str, str, float]]) -> list[str]:
    marks = []
    if item.suspect:
        marks.append("strong students fail it: a bug?")
    if item.never_failed:
        marks.append("nobody fails it")
    if item.never_passed:
        marks.append("nobody passes it")
    if any(item.name in pair[:2] for pair in redundant):
        marks.append("redundant")
    return marks


def _look_at(data: ClassData, extras: Extras) -> list[str]:
    """What staff should see first, a sentence each."""
    lines = [] if data.graded else ["Nobody has a score yet."]
    suspects = [i.name for _, i in data.items if i.suspect]
    if suspects:
        lines.append(f"Strong students fail {', '.join(suspects[:5])}: likely a bug of the test.")
    flagged = [s.student for s in data.students if s.flagged]
    if flagged:
        what = _count(len(flagged), "submission has", "submissions have")
        lines.append(f"{what} a question without a clean result: {', '.join(flagged[:8])}.")
    never = [i.name for _, i in data.items if i.never_passed]
    if never and len(data.graded) > 1:
        lines.append(f"Nobody passes {', '.join(never[:5])}.")
    if extras.diagnosis is not None:
        answered = max(sum(bool(s.tests) for s in data.students), 1)
        for f in extras.diagnosis.findings[:3]:
            if len(f.students) > 1:
                also = " (or a misconception that the tests cannot tell from it)" if len(f.known) > 1 else ""
                share = len(f.students) / answered
                lines.append(f"{percent(share)} of the class, {f.question}: {f.known[0].summary.rstrip('.')}{also}.")
    if data.waiting:
        lines.append(f"{_count(len(data.waiting), 'answer waits', 'answers wait')} for a person.")
    ungraded = [s.student for s in data.students if s.submitted and s.score is None]
    if ungraded:
        what = _count(len(ungraded), "submission is", "submissions are")
        lines.append(f"{what} not graded yet: {', '.join(ungraded[:8])}.")
    if data.in_gradebook and data.missing:
        lines.append(f"{_count(len(data.missing), 'student has', 'students have')} not handed in.")
    if data.late:
        taken = number(sum(s.penalty for s in data.late))
        lines.append(f"{_count(len(data.late), 'submission is', 'submissions are')} late; points taken off: {taken}.")
    return lines


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _costs(data: ClassData) -> list[dict[str, Any]]:
    rows = []
    for name, attribute in (
        ("Wall time, s", "wall_seconds"),
        ("Processor time, s", "cpu_seconds"),
        ("Peak memory, MiB", "memory_mb"),
    ):
        known = [(getattr(s, attribute), s.student) for s in data.students if math.isfinite(getattr(s, attribute))]
        if known:
            values = np.array([v for v, _ in known])
            most, who = max(known)
            rows.append({"name": name, "median": float(np.median(values)), "p95": float(np.quantile(values, 0.95)),
                         "most": most, "who": who})  # fmt: skip
    return rows


def _manual(data: ClassData, extras: Extras) -> list[dict[str, Any]]:
    base = extras.formgrader.rstrip("/")
    return [
        {
            "grader": grader,
            "count": len(left),
            "next": [
                {"student": w.student, "question": w.question, "url": f"{base}/submissions/{quote(w.submission)}/"}
                for w in left[:SHOWN_NEXT]
            ],
        }
        for grader, left in share_out(data.waiting, extras.graders).items()
    ] if data.waiting else []

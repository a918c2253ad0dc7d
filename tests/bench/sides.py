"""The sides of the benchmark: how each grades a class, and what is read off it.

The latency of a submission is the wall time from when work on it begins until it is graded: a stock nbgrader begins
when it makes the student's folder and ends with the graded notebook; `otter run` is a process; ours begins when a
sandbox begins with the notebook, and ends with the last test's verdict, or with the graded notebook.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Assignment
from autograder.sandbox.choice import get_engine
from autograder.store import Store
from tests.bench.courses import scores
from tests.bench.meter import Measured, measure

Scores = Mapping[tuple[str, str], float]
"""By student and question."""


@dataclass(frozen=True)
class Run:
    """A class graded once; ``latencies`` are seconds, one a submission, () where they have no meaning."""

    measured: Measured
    submissions: int
    scores: Scores
    latencies: tuple[float, ...] = ()

    @property
    def per_minute(self) -> float:
        return 60 * self.submissions / self.measured.seconds

    @property
    def cpu_seconds(self) -> float:
        return self.measured.cpu_seconds / self.submissions


def autograde(root: Path, week: Assignment, env: Mapping[str, str], students: int, *options: str) -> Run:
    """Our preprocessor in `nbgrader autograde`."""
    measured = _command([sys.executable, "-m", "nbgrader", "autograde", week.name, *options], root, env)
    folder = root / "course"
    latencies = []
    with Store(f"sqlite:///{folder / 'results.db'}") as store:
        begun = {result.student: dt.datetime.fromisoformat(result.times.started) for result in store.results(week.name)}
    for student, when in begun.items():
        graded = _graded(folder / "autograded" / student / week.name, week)
        latencies.append(graded.stat().st_mtime - when.timestamp())
    if "--force" in options:  # nothing was begun
        latencies = []
    return Run(measured, students, scores(folder / "gradebook.db", _names(week)), tuple(latencies))


def grade(root: Path, week: Assignment, env: Mapping[str, str], students: int) -> Run:
    """`autograder grade`, without the gradebook."""
    measured = _command([sys.executable, "-m", "autograder.cli", "grade", week.name], root, env)
    with Store(f"sqlite:///{root / 'course' / 'results.db'}") as store:
        results = store.results(week.name)
    seconds = [
        (dt.datetime.fromisoformat(r.times.judged) - dt.datetime.fromisoformat(r.times.started)).total_seconds()
        for r in results
    ]
    found = {(r.student, q.question): q.score for r in results for q in r.questions}
    return Run(measured, students, found, tuple(seconds))


def stock(root: Path, week: Assignment, env: Mapping[str, str], students: int, python: Path) -> Run:
    """nbgrader as it comes; its tests are cells of the notebook."""
    measured = _command([str(python), "-m", "nbgrader", "autograde", week.name], root, env)
    latencies = []
    for folder in sorted((root / "autograded").glob(f"*/{week.name}")):
        latencies.append(_graded(folder, week).stat().st_mtime - folder.parent.stat().st_mtime)
    return Run(measured, students, scores(root / "gradebook.db", _names(week)), tuple(latencies))


def otter(root: Path, week: Assignment, env: Mapping[str, str], submitted: Path, python: Path) -> Run:
    """`otter run`, a command for each submission, one after another."""
    runs: list[Measured] = []
    found: dict[tuple[str, str], float] = {}
    for folder in sorted(submitted.glob(f"*/{week.name}")):
        student = folder.parent.name
        out = root / student
        out.mkdir()
        notebook = folder / f"{week.notebook}.ipynb"
        command = [str(python), "-m", "otter", "run", str(notebook), "-a", str(root / "autograder.zip"), "-o", str(out)]
        runs.append(_command(command, out, {**env, "BENCH_STUDENT": student, "BENCH_WEEK": week.name}))
        for test in json.loads((out / "results.json").read_text())["tests"]:
            if test["name"] in _names(week):
                found[student, test["name"]] = test["score"]
    peaks = [run.memory_mb for run in runs if run.memory_mb is not None]
    whole = Measured(
        sum(run.seconds for run in runs), sum(run.cpu_seconds for run in runs), max(peaks, default=None), None,
        runs[0].source, 0, "",
    )  # fmt: skip
    return Run(whole, len(runs), found, tuple(run.seconds for run in runs))


def floor(root: Path, week: Assignment, env: Mapping[str, str], submitted: Path, shim: Path) -> Run:
    """The cells and the tests in one bare process; see :mod:`tests.bench.floor`."""
    measured, done = _floor(root, week, env, submitted, shim)
    found = {(one["student"], question): score for one in done for question, score in one["scores"].items()}
    return Run(measured, len(done), found, tuple(one["seconds"] for one in done))


def floor_of(root: Path, week: Assignment, env: Mapping[str, str], submitted: Path, shim: Path) -> list[dict[str, Any]]:
    """What the bare process says of each submission: CPU-seconds of its cells, and of all."""
    return _floor(root, week, env, submitted, shim)[1]


def _floor(
    root: Path, week: Assignment, env: Mapping[str, str], submitted: Path, shim: Path
) -> tuple[Measured, list[dict[str, Any]]]:
    submissions = [
        {"student": folder.parent.name, "folder": str(folder), "cells": _cells(folder / f"{week.notebook}.ipynb")}
        for folder in sorted(submitted.glob(f"*/{week.name}"))
    ]
    questions = [{"name": q.name, "suite": str(q.suite), "points": q.points} for q in week.questions]
    asked, out = root / "floor.json", root / "floor-done.json"
    asked.write_text(json.dumps({"name": week.name, "questions": questions, "submissions": submissions}))
    measured = _command([sys.executable, str(shim / "floor.py"), str(asked), str(out)], root, env)
    return measured, json.loads(out.read_text())


def differences(one: Scores, other: Scores, slack: float = 0.0051) -> list[str]:
    """Where two sides give different scores, for whom both have graded; we round a score to 1/100, otter does not."""
    return [
        f"{student}, {question}: {one[student, question]:g} and {other[student, question]:g}"
        for student, question in sorted(set(one) & set(other))
        if not abs(one[student, question] - other[student, question]) <= slack
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _command(command: Sequence[str], root: Path, env: Mapping[str, str]) -> Measured:
    engine = env.get("AUTOGRADER_ENGINE")  # the peers have none
    containers = engine is not None and get_engine(engine).name in ("docker", "podman")
    measured = measure(command, root, env, containers)
    if measured.status != 0:
        raise SystemExit(f"{os.fsdecode(' '.join(command))}: ended with {measured.status}:\n{measured.output[-3000:]}")
    return measured


def _graded(folder: Path, week: Assignment) -> Path:
    return folder / f"{week.notebook}.ipynb"


def _names(week: Assignment) -> set[str]:
    return {question.name for question in week.questions}


def _cells(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]

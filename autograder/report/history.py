"""Results of tests over the years: what a run leaves behind, and several runs side by side.

A report's items.json names no student, so that it can be kept when everything else of a course is deleted.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import BadManifest
from autograder.report.class_data import ClassData

FORM = 1


@dataclass(frozen=True)
class Cell:
    """A test in one run; ``changed`` says that its question's tests were others than today's."""

    difficulty: float
    discrimination: float
    changed: bool = False


@dataclass(frozen=True)
class Row:
    """A test over the runs; None where a run did not have it."""

    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class History:
    """Tests by runs, the oldest first and today's last."""

    labels: tuple[str, ...]
    rows: tuple[Row, ...]


def items_to_dict(data: ClassData, label: str = "") -> dict[str, Any]:
    """What a run leaves behind for later years: statistics of tests, without any student."""

    def known(value: float) -> float | None:
        return round(value, 4) if math.isfinite(value) else None

    return {
        "form": FORM,
        "assignment": data.assignment,
        "label": label or f"{dt.datetime.now(dt.UTC):%Y}",
        "students": len(data.graded),
        "suites": dict(data.suites),
        "items": [
            {
                "name": i.name,
                "title": data.titles.get(i.name, ""),
                "answered": i.answered,
                "difficulty": known(i.difficulty),
                "discrimination": known(i.discrimination),
            }
            for _, i in data.items
        ],
    }


def read_runs(paths: Sequence[Path], assignment: str) -> list[dict[str, Any]]:
    """Earlier runs, in order of their labels.

    Raises
    ------
    BadManifest
        With every file that is no items.json of this assignment.
    """
    runs, problems = [], []
    for path in paths:
        try:
            run = json.loads(path.read_text(encoding="utf-8"))
            if run["form"] != FORM or run["assignment"] != assignment:
                raise ValueError(f"it is of {run['assignment']!r}, form {run['form']!r}")
            for item in run["items"]:
                _check(item)
            runs.append({**run, "label": str(run["label"]), "suites": dict(run.get("suites", {}))})
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as e:
            problems.append(f"{path}: no items.json of {assignment} ({e}). Name the file that an earlier report wrote.")
    if problems:
        raise BadManifest(problems)
    return sorted(runs, key=lambda run: run["label"])


def _check(item: Mapping[str, Any]) -> None:
    """Raises KeyError, TypeError or ValueError where an entry is not as :func:`items_to_dict` writes it."""
    if not isinstance(item["name"], str):
        raise ValueError("the name of a test is no text")
    for what, least in (("difficulty", 0), ("discrimination", -1)):
        value = item[what]
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= 1:
            raise ValueError(f"a {what} is no number from {least} to 1")


def history(runs: Sequence[Mapping[str, Any]], data: ClassData, label: str = "") -> History | None:
    """Earlier runs beside today's; None without any."""
    if not runs:
        return None
    today = items_to_dict(data, label or "now")
    every = [*runs, today]
    names = list(dict.fromkeys(item["name"] for run in reversed(every) for item in run["items"]))
    tables = [{item["name"]: item for item in run["items"]} for run in every]

    def cell(run: Mapping[str, Any], items: Mapping[str, Any], name: str) -> Cell | None:
        item = items.get(name)
        if item is None:
            return None
        question = name.split("::", 1)[0]
        changed = run["suites"].get(question) != today["suites"].get(question)
        return Cell(_number(item["difficulty"]), _number(item["discrimination"]), changed)

    rows = tuple(
        Row(name, tuple(cell(run, items, name) for run, items in zip(every, tables, strict=True))) for name in names
    )
    return History(tuple(run["label"] for run in every), rows)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan

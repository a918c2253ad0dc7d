"""What a course holds after its runs, in a form that two runs of the same class have in common."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from autograder.database import open_database
from autograder.nbgrader_bridge import state
from autograder.records import Result, Times, Usage
from autograder.store import default_url
from tests.integration.toy import WEEK

Outcome = Mapping[str, Any]
"""By student: what was stored, and where there is a gradebook what it says."""


class Wrong(AssertionError):
    """Something is missing, double, or another grade."""


def outcome(root: Path, store: str = "", gradebook: bool = False) -> dict[str, Any]:
    """Read it, and refuse what is double.

    Parameters
    ----------
    store : str
        URL; default the course's own.
    gradebook : bool
        Whether nbgrader's gradebook and the autograded notebooks belong to it.

    Raises
    ------
    Wrong
    """
    found: dict[str, Any] = {who: {"result": result} for who, result in _stored(store or default_url(root)).items()}
    if gradebook:
        for who, grades in _graded(root).items():
            found.setdefault(who, {})["gradebook"] = grades
        for who, about in _autograded(root).items():
            found.setdefault(who, {})["autograded"] = about
    return found


def compare(expected: Outcome, found: Outcome, guests_killed: bool = False) -> None:
    """Two runs must hold the same for the same students.

    Parameters
    ----------
    guests_killed : bool
        Whether processes of students were killed in one of them.

    Raises
    ------
    Wrong
        With the names.
    """
    problems = [f"{who}: missing" for who in expected if who not in found]
    problems += [f"{who}: nobody of that name has handed in" for who in found if who not in expected]
    if guests_killed:
        expected, found = (
            {who: _without_what_a_kill_may_cost(about) if "result" in about else about for who, about in one.items()}
            for one in (expected, found)
        )
    for who in sorted(expected.keys() & found.keys()):
        for part in sorted(expected[who].keys() | found[who].keys()):
            one, other = expected[who].get(part), found[who].get(part)
            if one != other:
                problems.append(f"{who}: {part}: {_difference(one, other)}")
    if problems:
        raise Wrong("; ".join(problems))


def _stored(url: str) -> dict[str, Any]:
    engine = open_database(url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT student, result FROM results")).all()
    engine.dispose()
    _refuse_doubles("results", Counter(who for who, _ in rows))
    return {who: json.loads(without_times(Result.from_json(text)).to_json()) for who, text in rows}


def without_times(result: Result) -> Result:
    """What two gradings of the same submission must agree in; tracebacks name processes and places."""
    questions = tuple(
        dataclasses.replace(q, tests=tuple(dataclasses.replace(t, seconds=0, detail="") for t in q.tests))
        for q in result.questions
    )
    cells = tuple(dataclasses.replace(cell, seconds=0) for cell in result.cells)
    return dataclasses.replace(result, questions=questions, cells=cells, usage=Usage(), wall_seconds=0, times=Times())


def _without_what_a_kill_may_cost(about: dict[str, Any]) -> dict[str, Any]:
    """Less what stands beside the verdict where student code ended its process: docs/reliability.md says why."""
    spoken = {"hint": "", "message": "", "calls": ""}
    questions = [
        q | {"tests": [t | spoken if t["cause"] == "process-ended" else t for t in q["tests"]]}
        for q in about["result"]["questions"]
    ]
    return about | {"result": about["result"] | {"questions": questions}}


def _graded(root: Path) -> dict[str, Any]:
    engine = sa.create_engine(f"sqlite:///{root / 'course' / 'gradebook.db'}")
    query = sa.text(
        "SELECT s.student_id, c.name, g.auto_score, g.needs_manual_grade FROM grade g "
        "JOIN submitted_notebook n ON g.notebook_id = n.id JOIN submitted_assignment s ON n.assignment_id = s.id "
        "JOIN base_cell c ON g.cell_id = c.id"
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
        handed_in = connection.execute(sa.text("SELECT student_id FROM submitted_assignment")).scalars().all()
    engine.dispose()
    _refuse_doubles("gradebook", Counter(handed_in))
    _refuse_doubles("gradebook", Counter(f"{who}, {cell}" for who, cell, *_ in rows))
    found: dict[str, Any] = {}
    for who, cell, score, manual in rows:
        found.setdefault(who, {})[cell] = [score, bool(manual)]
    return found


def _autograded(root: Path) -> dict[str, Any]:
    found = {}
    for folder in sorted((root / "course" / "autograded").glob(f"*/{WEEK}")):
        path = folder / "toy.ipynb"
        if not state.is_graded(path):
            raise Wrong(f"{path}: half made")
        about = json.loads(path.read_bytes())["metadata"].get(state.KEY, {})
        found[folder.parent.name] = [about.get("state"), about.get("verdict"), about.get("flagged")]
    return found


def _refuse_doubles(where: str, counts: Counter[str]) -> None:
    twice = sorted(who for who, count in counts.items() if count > 1)
    if twice:
        raise Wrong(f"{where}: more than one entry of {', '.join(twice)}")


def _difference(one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)]
        return "; ".join(f"{key}: {_difference(one.get(key), other.get(key))}" for key in keys)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return "; ".join(_difference(a, b) for a, b in zip(one, other, strict=True) if a != b)
    return f"{str(one)[:200]} became {str(other)[:200]}"

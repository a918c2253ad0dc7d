"""What is wrong with an assignment's notebook, points and suites: one text a problem, with where and what to do."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.manifest import Manifest
from autograder.notebook_source import SourceCell
from autograder.regions import SOLUTION

if TYPE_CHECKING:
    from autograder.course import Assignment

_SUITE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def problems_of_cells(source: Path, cells: tuple[SourceCell, ...]) -> list[str]:
    """Grade ids, points and solution regions of a notebook's cells."""
    problems = []
    counts = Counter(c.grade_id for c in cells if c.grade_id)
    seen: set[str] = set()
    for c in cells:
        where = f"{source}:{c.line}"
        if c.grade_id and counts[c.grade_id] > 1 and c.grade_id in seen:
            problems.append(f"{where}: grade id {c.grade_id!r} is used twice. Give each cell its own.")
        seen.add(c.grade_id)
        if c.grade or c.task:
            if c.points is None:
                problems.append(f"{where}: {c.grade_id or 'a grade cell'} has no points. Add \"points\": ... above 0.")
            elif not 0 <= c.points < float("inf") or (c.is_autograded and c.points == 0):
                problems.append(f"{where}: {c.grade_id} has {c.points:g} points. Give it more than 0.")
        if c.is_autograded and c.grade_id and not _SUITE_NAME.fullmatch(c.grade_id):
            problems.append(
                f"{where}: grade id {c.grade_id!r} cannot name a test module. Use letters, digits and underscores."
            )
        if c.kind == "markdown" and not c.task and c.grade != c.solution:
            problems.append(
                f"{where}: text cell {c.grade_id!r} is marked only as {'grade' if c.grade else 'solution'}. "
                "A written answer is both; mark a plain text as locked."
            )
        if c.task and c.kind != "markdown":
            problems.append(f"{where}: task {c.grade_id!r} is no text cell. Make it '# %% [markdown]'.")
        begins, ends = map(c.source.count, SOLUTION)
        if begins != ends:
            problems.append(
                f"{where}: {begins} '{SOLUTION[0]}' but {ends} '{SOLUTION[1]}'. "
                "Pair them, or the solution leaks."
            )
        elif begins and not c.solution:
            problems.append(
                f"{where}: a solution region in a cell that is no solution cell. Mark it \"solution\": true, "
                "or the solution leaks."
            )
    return problems


def problems_of_points(path: Path, manifest: Manifest, assignment: Assignment) -> list[str]:
    """Whether the questions that the manifest at ``path`` names are there, and the points as many as it says."""
    every = (*assignment.questions, *assignment.manual)
    names = {q.name for q in every}
    problems = [
        f"{path}: bonus: no question {name!r} in the notebook. Correct the name." for name in manifest.bonus
        if name not in names
    ]
    tested = {q.name for q in assignment.questions}
    problems += [
        f"{path}: rules.{name}: no question {name!r} with tests in the notebook. Correct the name."
        for name, _ in manifest.rules
        if name and name not in tested
    ]
    problems += [
        f"{path}: gpu: no question {name!r} with tests in the notebook. Correct the name." for name in assignment.gpu
        if name not in tested
    ]
    problems += [
        f"{path}: reading: no question {name!r} in the notebook. Correct the name." for name in manifest.reading
        if name not in names
    ]
    problems += [
        f"{path}: answered_in.{later}: {name!r} is no question with tests in the notebook. Correct the name."
        for later, earlier in manifest.answered_in
        for name in (later, earlier)
        if name not in tested
    ]
    if manifest.points is not None:
        total = sum(q.points for q in every if q.name not in manifest.bonus)
        if abs(total - manifest.points) > 1e-9:
            problems.append(
                f"{path}: points: says {manifest.points:g}, the notebook's questions without bonus have {total:g}. "
                "Correct one of them."
            )
    return problems


def problems_of_suites(assignment: Assignment, elsewhere: bool = False) -> list[str]:
    """Questions without a suite or a solution cell; suites, mutants and right answers without a question.

    ``elsewhere`` says that the week's suites are not in this copy of the course: a service grades.
    """
    problems = []
    wanted = {q.name for q in assignment.questions}
    for q in assignment.questions:
        if q.suite is not None and not q.suite.is_file() and not elsewhere:
            problems.append(f"{q.suite}: question {q.name!r} has no hidden suite. Write the module.")
        if not assignment.solution_cells(q.name):
            problems.append(
                f"{assignment.source}: question {q.name!r} has no solution cell. "
                f"Give the cell that students fill in the grade id '{q.name}_solution'."
            )
    for path in sorted(assignment.suite_dir.glob("test_*.py")):
        if path.stem.removeprefix("test_") not in wanted:
            problems.append(
                f"{path}: a suite without a question. Give a grade cell that grade id, or rename the module."
            )
    for kind in ("mutants", "wheats"):
        for folder in sorted(p for p in (assignment.folder / kind).glob("*") if p.is_dir()):
            if folder.name not in wanted and not folder.name.startswith(("_", ".")):
                problems.append(f"{folder}: {kind} of a question that does not exist. Rename the folder.")
    if not assignment.questions and not assignment.manual:
        problems.append(f"{assignment.source}: has no question. Mark a cell with nbgrader metadata and points.")
    return problems

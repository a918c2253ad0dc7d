"""The same class of submissions in two nbgrader courses: ours, and one of stock nbgrader."""

from __future__ import annotations

import copy
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from autograder.course import Assignment
from autograder.release import read_notebook
from autograder.validation.mutants import read_mutant, read_wheat

BENCH = Path(__file__).resolve().parent
REPOSITORY = BENCH.parents[1]
Class = Mapping[str, Mapping[str, str]]
"""Students by name; of each the source of every solution cell, by grade id."""

WRONG_SHARE = 0.3
"""Share of the questions that a student of the class gets wrong."""


def make_class(assignment: Assignment, size: int, left_out: frozenset[str]) -> Class:
    """A class of ``size`` students.

    A question is answered by the reference, by a right answer in another style or by a known-wrong
    one, drawn with a fixed seed.
    """
    draw = random.Random(1)
    reference = {cell.grade_id: cell.source for cell in assignment.cells if cell.solution and cell.kind == "code"}
    students = {}
    for number in range(size):
        solutions = dict(reference)
        for question in assignment.questions:
            key = f"{question.name}_solution"
            wrong = [p for p in assignment.mutants(question.name) if f"{question.name}/{p.stem}" not in left_out]
            if wrong and draw.random() < WRONG_SHARE:
                solutions[key] = read_mutant(draw.choice(wrong), question.name).source
            elif right := assignment.wheats(question.name):
                choices = [reference[key], *(read_wheat(path, question.name).source for path in right)]
                solutions[key] = draw.choice(choices)
        students[f"student{number:02}"] = solutions
    return students


def build_ours(root: Path, assignment: Assignment, students: Class, env: dict[str, str]) -> None:
    """This repository's course with the class handed in."""
    root.mkdir()
    for name in ("solutions", "tests/hidden"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    nbgrader(root, env, "generate_assignment", assignment.name)
    hand_in(root / "assignments" / assignment.name, root / "course" / "submitted", assignment, students)


def build_stock(root: Path, assignment: Assignment, students: Class, env: dict[str, str]) -> None:
    """A course in nbgrader's own layout, whose grade cells run the same tests in the notebook's kernel."""
    source = root / "source" / assignment.name
    source.mkdir(parents=True)
    if (assignment.folder / "data").is_dir():
        shutil.copytree(assignment.folder / "data", source / "data")
    nbformat.write(_stock_notebook(assignment), source / f"{assignment.notebook}.ipynb")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'stock'\n")
    shim = root / "shim"
    shim.mkdir()
    shim.joinpath("stock_reference.py").write_text(
        "\n\n".join(c.source for c in assignment.cells if c.kind == "code" and c.grade_id and not c.grade)
    )
    nbgrader(root, env, "generate_assignment", assignment.name)
    hand_in(root / "release" / assignment.name, root / "submitted", assignment, students)


def stock_environment(root: Path, env: Mapping[str, str]) -> dict[str, str]:
    """The kernel finds the shim and the reference here, and nothing of our package."""
    return {**env, "PYTHONPATH": os.pathsep.join((str(BENCH), str(root / "shim")))}


def nbgrader(root: Path, env: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=root, env=dict(env), capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SystemExit(f"nbgrader {' '.join(arguments)} failed in {root}:\n{done.stdout}{done.stderr}")


def hand_in(release: Path, submitted: Path, assignment: Assignment, students: Class) -> None:
    """What `nbgrader collect` would have put there."""
    name = f"{assignment.notebook}.ipynb"
    released = json.loads((release / name).read_text(encoding="utf-8"))
    for student, solutions in students.items():
        folder = submitted / student / assignment.name
        shutil.copytree(release, folder)
        notebook = copy.deepcopy(released)
        for cell in notebook["cells"]:
            key = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if key in solutions:
                cell["source"] = solutions[key]
        (folder / name).write_text(json.dumps(notebook), encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-01-01 12:00:00.000000 UTC\n")


def scores(database: Path) -> dict[tuple[str, str], float]:
    """Automatic score by (student, grade cell), out of a gradebook."""
    from nbgrader.api import Gradebook

    found = {}
    with Gradebook(f"sqlite:///{database}") as gradebook:
        for submission in gradebook.assignments[0].submissions:
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    found[submission.student.id, grade.name] = grade.auto_score or 0.0
    return found


def _stock_notebook(assignment: Assignment) -> Any:
    """The instructor's notebook with its hidden suites as hidden tests inside of the grade cells.

    The visible checks stay, as cells of their own: an assertion that fails in a grade cell would cost
    all of its points there, where the hidden suite gives partial credit.
    """
    notebook = read_notebook(assignment)
    cells = []
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("grade") and not meta.get("solution"):
            cells.append(nbformat.v4.new_code_cell(cell.source))
            question = assignment.question(meta["grade_id"])
            cell.source = (
                "### BEGIN HIDDEN TESTS\n"
                "from stock_shim import run\n"
                f"run({str(question.suite)!r}, {question.points!r}, globals())\n"
                "### END HIDDEN TESTS"
            )
        cells.append(cell)
    notebook.cells = cells
    return notebook

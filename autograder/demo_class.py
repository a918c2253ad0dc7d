"""A class of realistic submissions, made from an assignment's reference and its known-wrong solutions."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Assignment
from autograder.rules import Rules
from autograder.validation.mutants import read_mutant, read_wheat

MUTANTS = 5
"""How many students have one of the known misconceptions."""

Notebook = dict[str, Any]
_EXTRA_CELL: Notebook = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}


@dataclass(frozen=True)
class Student:
    """Who hands in what; ``files`` are paths and contents relative to the assignment's folder."""

    name: str
    story: str
    files: tuple[tuple[str, str], ...]

    def write(self, release: Path, folder: Path) -> None:
        """Make the student's folder: what was released, with their work in the notebook's place."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(release, folder, ignore=shutil.ignore_patterns("*.ipynb"))
        for name, text in self.files:
            (folder / name).write_text(text, encoding="utf-8")


def make_class(assignment: Assignment, release: Path) -> tuple[Student, ...]:
    """Students with right, wrong and damaged submissions, in order of name.

    Parameters
    ----------
    assignment : Assignment
    release : Path
        The assignment's folder as students receive it.
    """
    file = f"{assignment.notebook}.ipynb"
    released = json.loads((release / file).read_text(encoding="utf-8"))
    made: list[tuple[str, dict[str, str]]] = []

    def hand_in(story: str, notebook: Notebook, name: str = file) -> None:
        made.append((story, {name: json.dumps(notebook, indent=1)}))

    questions = [q.name for q in assignment.questions]
    first, second = questions[0], questions[len(questions) // 2]
    right = _solved(assignment, released)
    key = f"{first}_solution"

    hand_in("all right", right)
    hand_in(f"only {', '.join(questions[::2])}", _solved(assignment, released, questions[::2]))
    for question, name, source in _wheats(assignment):
        hand_in(f"right, in another style: {question}/{name}", _answer(right, question, source))
        break
    for question, name, source in _mutants(assignment):
        hand_in(f"{question}: {name}", _answer(right, question, source))
    for question, rules in assignment.rules[:1]:
        hand_in(f"{question}: breaks its rules", _edit(right, f"{question}_solution", _breaking(rules)))
    hand_in("the untouched release", released)
    hand_in(f"a syntax error in {first}", _with(right, key, "def broken(:\n    return 1"))
    hand_in("an import that fails", _insert(right, 0, "import a_library_that_nobody_has"))
    loops = "\n\n\ndef _wait():\n    while True:\n        pass\n\n\n_wait()"
    hand_in(f"an endless loop in {second}", _edit(right, f"{second}_solution", lambda s: loops.lstrip()))
    hand_in("a notebook with another name", right, f"{assignment.notebook} (1) final.ipynb")
    text = json.dumps(right, indent=1)
    made.append(("half a notebook", {file: text[: len(text) // 2]}))
    hand_in(f"the grade cell {second} deleted", _without(right, second))
    hand_in(f"the grade cell {first} twice", _twice(right, first))
    hand_in(f"the cell {key} twice", _twice(right, key))
    hand_in("prints 50 MB", _insert(right, len(right["cells"]), "for _ in range(50):\n    print('x' * 1_000_000)"))
    hand_in("a cell with os._exit(0)", _insert(right, len(right["cells"]) // 2, "import os\n\nos._exit(0)"))
    made.append(("nothing but the data", {}))

    width = len(str(len(made)))
    return tuple(
        Student(f"student{i:0{width}d}", story, tuple(files.items())) for i, (story, files) in enumerate(made, start=1)
    )


def _solved(assignment: Assignment, released: Notebook, questions: list[str] | None = None) -> Notebook:
    """The release with the reference's solutions, of all questions or of some."""
    notebook = copy.deepcopy(released)
    prefixes = None if questions is None else tuple(f"{q}_solution" for q in questions)
    sources = {
        c.grade_id: _without_marks(c.source)
        for c in assignment.cells
        if c.solution and (prefixes is None or c.grade_id.startswith(prefixes))
    }
    for cell in notebook["cells"]:
        cell["source"] = sources.get(_grade_id(cell), cell["source"])
    return notebook


def _without_marks(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if line.strip() not in _MARKS)


_MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")


def _mutants(assignment: Assignment) -> Iterator[tuple[str, str, str]]:
    """(question, name, source) of one mutant each of the first questions."""
    for question in assignment.questions[:MUTANTS]:
        for path in assignment.mutants(question.name)[:1]:
            mutant = read_mutant(path, question.name)
            yield question.name, mutant.name.replace("_", " "), mutant.source


def _wheats(assignment: Assignment) -> Iterator[tuple[str, str, str]]:
    for question in assignment.questions:
        for path in assignment.wheats(question.name):
            wheat = read_wheat(path, question.name)
            yield question.name, wheat.name.replace("_", " "), wheat.source


def _breaking(rules: Rules) -> Callable[[str], str]:
    """What makes an answer break the first of its rules, in its last line."""
    if rules.imports:
        last = f"import {rules.imports[0]}"
    else:
        module = rules.calls[0].rpartition(".")[0] or "builtins"
        last = f"import {module}; used = {rules.calls[0]}"
    return lambda source: f"{source}\n{last}"


def _answer(notebook: Notebook, question: str, source: str) -> Notebook:
    """The notebook with that code as a question's whole answer, in the first of its solution cells."""
    changed = _with(notebook, f"{question}_solution", source)
    first = _cell(changed, f"{question}_solution")
    for cell in changed["cells"]:
        if cell is not first and _grade_id(cell).startswith(f"{question}_solution_"):
            cell["source"] = ""
    return changed


def _with(notebook: Notebook, key: str, source: str) -> Notebook:
    return _edit(notebook, key, lambda _: source)


def _edit(notebook: Notebook, key: str, change: Callable[[str], str]) -> Notebook:
    changed = copy.deepcopy(notebook)
    cell = _cell(changed, key)
    source = cell["source"]
    cell["source"] = change(source if isinstance(source, str) else "".join(source))
    return changed


def _insert(notebook: Notebook, place: int, source: str) -> Notebook:
    changed = copy.deepcopy(notebook)
    changed["cells"].insert(place, {**_EXTRA_CELL, "id": "added", "source": source})
    return changed


def _without(notebook: Notebook, key: str) -> Notebook:
    changed = copy.deepcopy(notebook)
    changed["cells"].remove(_cell(changed, key))
    return changed


def _twice(notebook: Notebook, key: str) -> Notebook:
    changed = copy.deepcopy(notebook)
    cell = _cell(changed, key)
    changed["cells"].insert(changed["cells"].index(cell) + 1, {**copy.deepcopy(cell), "id": "pasted"})
    return changed


def _cell(notebook: Notebook, key: str) -> Notebook:
    """The cell of that grade id; of several solution cells of a question, which have longer ones, the first."""
    exact = [c for c in notebook["cells"] if _grade_id(c) == key]
    return exact[0] if exact else next(c for c in notebook["cells"] if _grade_id(c).startswith(f"{key}_"))


def _grade_id(cell: Notebook) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")

"""An nbgrader source notebook, with its tests in the cells, as a week whose hidden tests are outside it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent
from typing import Any

from autograder.errors import BadManifest, CannotImport, CourseError
from autograder.interop.archive import read_folder
from autograder.interop.foreign import fault_of, is_points, lost_tags, parse, read_bytes, read_notebook, shown
from autograder.interop.movable import move
from autograder.interop.new_week import Cell, Mutant, NewWeek, defines_functions, identifier, meta, unanswered
from autograder.notebook_source import SourceCell
from autograder.public_checks import public_test, visible_part
from autograder.regions import HIDDEN_TESTS, MARKS, has_region

SCHEMA = 3
_AUTOTEST = re.compile(r"^\s*#.*AUTOTEST")
_BEGIN, _END = HIDDEN_TESTS


@dataclass
class _State:
    """Where the reading is: answer cells since the last grade cell, the last answer at all and its question."""

    answers: list[int] = field(default_factory=list)
    last_answer: str = ""
    last_question: str = ""
    modules: dict[str, str] = field(default_factory=dict)


def read_nbgrader(path: Path, name: str | None = None) -> list[NewWeek]:
    """Read a source notebook, or each notebook of an assignment's folder; nothing of it is run.

    Raises
    ------
    BadArchive, CannotImport
    """
    if path.is_dir():
        files = read_folder(path)
        stems = sorted(n for n in files if n.endswith(".ipynb") and "/" not in n)
        if not stems:
            raise CannotImport(f"{path}: holds no notebook. Name source/<assignment> or one notebook.")
        beside = {n: d for n, d in files.items() if not n.endswith(".ipynb")}
        base = name or identifier(path.name)
        weeks, problems = [], []
        for stem in stems:
            own = base if len(stems) == 1 else f"{base}_{identifier(stem.removesuffix('.ipynb'))}"
            try:
                weeks.append(_read(path / stem, files[stem], own))
            except CourseError as e:
                problems += e.problems
            else:
                weeks[-1].files = beside
        if problems:
            raise CannotImport([*(p for week in weeks for p in week.problems), *problems])
        return weeks
    return [_read(path, read_bytes(path), name or identifier(path.stem))]


def _read(path: Path, data: bytes, name: str) -> NewWeek:
    document = read_notebook(data, str(path))
    week = NewWeek(name, path.stem.replace("_", " ").replace("-", " "), identifier(path.stem))
    language = document["metadata"]["kernelspec"].get("language", "python")
    if language not in ("python", ""):
        week.problems.append(f"{path}: the kernel's language is {shown(language)}: only Python is supported.")
    state = _State()
    for number, raw in enumerate(document["cells"], 1):
        where = f"{path}: cell {number}"
        if raw.get("attachments"):
            week.problems.append(f"{where}: attached pictures are not supported. Put them into files.")
        week.notes += lost_tags(raw, where)
        kind = raw["cell_type"] if raw["cell_type"] in ("code", "markdown") else "raw"
        if kind == "code":
            state.modules |= _imports(raw["source"])
        given = raw["metadata"]["nbgrader"]
        problem = _unsupported(kind, given, raw["source"], where)
        if problem:
            week.problems.append(problem)
            week.cells.append(Cell(kind, visible_part(raw["source"])))
        elif given:
            _add(kind, raw["source"], given, where, week, state)
        else:
            week.cells.append(Cell(kind, raw["source"]))
    if not any(c.meta.get("grade") or c.meta.get("task") for c in week.cells):
        raise CannotImport([*week.problems, f"{path}: has no graded cell, so there is nothing to import."])
    return week


def _unsupported(kind: str, given: dict[str, Any], source: str, where: str) -> str:
    """Why a cell cannot be taken along, or ""."""
    grade, solution = bool(given.get("grade")), bool(given.get("solution"))
    if not grade and has_region(source, HIDDEN_TESTS):
        return f"{where}: {_BEGIN} in a cell that is not graded: nbgrader refuses it too. Mark it as grade."
    if not given:
        return ""
    version = given.get("schema_version", 0)
    if version != SCHEMA:
        newer = isinstance(version, int) and version > SCHEMA
        remedy = "It was made by a newer nbgrader." if newer else "Run: nbgrader update FILE, then import."
        return f"{where}: nbgrader metadata of schema {shown(version)}. {remedy}"
    old = given.get("grade_id")
    if old is not None and not isinstance(old, str):
        return f"{where}: the grade_id {shown(old)} is no text. Correct it."
    for line, text in enumerate(source.splitlines(), 1):
        if _AUTOTEST.match(text):
            return f"{where}, line {line}: AUTOTEST is not supported: its tests are made by running the solution."
    unpaired = _unpaired(source)
    if unpaired:
        return f"{where}, line {unpaired}: {_BEGIN} and {_END} do not pair. Correct the cell."
    points = given.get("points")
    if (grade or given.get("task")) and not is_points(points):
        return f"{where}: {old}: points {shown(points)} are no number of 0 or more. Give it points."
    if not grade or solution:
        return ""
    if not points:
        return f"{where}: {old}: has no points, so its tests grade nothing. Give it points."
    return _unsupported_tests(str(old), source, where) if kind == "code" else ""


def _unsupported_tests(old: str, source: str, where: str) -> str:
    """Why the tests of a cell can be run neither by students nor here, or ""."""
    fault = fault_of(source)
    if fault is not None:
        return (
            f"{where}, line {fault[0]}: {old}: is no plain Python ({fault[1]}). Tests run outside of a notebook too, "
            "where magics do not work: write them without."
        )
    try:
        public_test(SourceCell("code", source, 0, grade_id=old, grade=True, points=1.0), where)
    except BadManifest as e:
        return e.problems[0]
    except RecursionError:
        return f"{where}: {old}: is nested too deeply. Write it in several statements."
    if _ends_in_a_score(source):
        return (
            f"{where}, line {_ends_in_a_score(source)}: {old}: partial credit as the cell's last "
            "value is not supported. Write a test for each part."
        )
    return ""


def _unpaired(source: str) -> int:
    """Line of a mark of hidden tests that nbgrader would not accept, or 0."""
    opened = 0
    for number, line in enumerate(source.split("\n"), 1):
        if _BEGIN in line:
            if opened:
                return number
            opened = number
        elif _END in line:
            if not opened:
                return number
            opened = 0
    return opened


def _add(kind: str, source: str, given: dict[str, Any], where: str, week: NewWeek, state: _State) -> None:
    grade, solution, task = (bool(given.get(k)) for k in ("grade", "solution", "task"))
    old = str(given.get("grade_id") or "")
    name = identifier(old)
    if grade and not solution and kind == "code":
        _add_question(name, old, source, float(given["points"]), where, week, state)
        return
    if solution and not grade and kind == "code":
        state.answers.append(len(week.cells))
        state.last_answer = source
        week.cells.append(Cell(kind, source, meta(name, solution=True)))
        return
    if grade and not solution:
        week.problems.append(f"{where}: {old}: a text cell that is graded and no answer. Make it a manual answer.")
        return
    more = {"grade": grade, "solution": solution, "task": task, "locked": bool(given.get("locked"))}
    if grade or task:
        more["points"] = given["points"]
    week.cells.append(Cell(kind, source, meta(name, **more)))
    if name != old:
        week.notes.append(f"{old} is called {name} here")


def _add_question(
    name: str, old: str, source: str, points: float, where: str, week: NewWeek, state: _State
) -> None:
    for number, place in enumerate(state.answers):
        cell = week.cells[place]
        new = f"{name}_solution" if number == 0 else f"{name}_solution_{number + 1}"
        if cell.meta["grade_id"] != new:
            week.notes.append(f"the answer cell {cell.meta['grade_id']} is called {new} here")
        week.renamed[cell.meta["grade_id"]] = new
        week.cells[place] = Cell(cell.kind, cell.source, {**cell.meta, "grade_id": new})
    answered = "\n".join(week.cells[place].source for place in state.answers) or state.last_answer
    if state.answers:
        state.last_question = name
    elif state.last_question:
        week.answered_in[name] = state.last_question
        week.notes.append(f"{name} tests the answer of {state.last_question}")
    else:
        week.problems.append(f"{where}: {old}: no answer cell stands before it. Mark one as solution.")
        return
    state.answers = []
    visible = visible_part(source).strip("\n")
    week.cells.append(Cell("code", visible, meta(name, grade=True, locked=True, points=points)))
    if name != old:
        week.notes.append(f"{old} is called {name} here")
    moved = move(source, state.modules)
    if isinstance(moved, str):
        week.notes.append(f"{name}: its tests stay in the sandbox ({where}, {moved})")
        week.suites[name] = _in_sandbox(name, source)
    else:
        week.suites[name] = _outside(name, *moved)
    functions = not isinstance(moved, str) and defines_functions(answered)
    hint = "not-implemented" if functions else "cell"
    week.mutants.append(Mutant(name, unanswered(_without_marks(answered)), ("test_cell",), hint))


def _outside(name: str, body: str, imports: list[str]) -> str:
    lines = "".join(f"{line}\n" for line in imports)
    return (
        f'"""Imported from nbgrader: the tests of the grade cell {name}, visible and hidden; all or nothing."""\n\n'
        f"{lines}{chr(10) if lines else ''}from autograder.judge import hint\n\n{_HINTS}\n\n"
        'def test_cell(student):\n    """The tests of the cell, visible and hidden, pass"""\n'
        f'    with hint("cell"):\n{indent(body, " " * 8)}\n'
    )


def _in_sandbox(name: str, source: str) -> str:
    return (
        f'"""Imported from nbgrader: the grade cell {name}, which runs beside the student\'s code.\n\n'
        'See autograder.judge.imported.\n"""\n\n'
        f"from autograder.judge import hint\nfrom autograder.judge.imported import cell\n\n{_HINTS}\n"
        f"SOURCE = {source!r}\n\n\n"
        'def test_cell(student):\n    """The tests of the cell, visible and hidden, pass"""\n'
        '    with hint("cell"):\n        cell(student, SOURCE)\n'
    )


_HINTS = 'HINTS = {"cell": "A test of this question\'s cell does not pass. All of them count together."}\n'


def _without_marks(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if not any(mark in line for mark in MARKS))


def _imports(source: str) -> dict[str, str]:
    """Modules that a cell imports, by the names that it gives them."""
    tree = parse(source)
    body = tree.body if tree is not None else ()
    return {a.asname or a.name: a.name for node in body if isinstance(node, ast.Import) for a in node.names}


def _ends_in_a_score(source: str) -> int:
    """Line of a last expression whose value nbgrader would take for the score, or 0."""
    tree = parse(source)
    body = tree.body if tree is not None else []
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or isinstance(last.value, ast.Call):
        return 0
    text = isinstance(last.value, ast.Constant) and isinstance(last.value.value, str)
    return 0 if text and len(body) == 1 else last.lineno

"""Writes an imported assignment as a week of a course: notebook as text, manifest, hidden suites, mutants."""

from __future__ import annotations

import ast
import json
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import load_course
from autograder.errors import CannotImport, CourseError, Unwritable
from autograder.interop.archive import is_inside

WARMED = ("numpy", "scipy", "sklearn", "matplotlib.pyplot")
"""Libraries that a worker may import before it serves, where the notebook uses them."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
_HEADER = re.compile(r"^# ?%%", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A cell of the week's notebook; ``meta`` is its nbgrader metadata."""

    kind: str
    source: str
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mutant:
    """What is known to fail: the question's answer cell as it was released."""

    question: str
    code: str
    killed_by: tuple[str, ...]
    hint: str


@dataclass
class NewWeek:
    """All that is written.

    ``renamed`` are the grade ids of answers, old and new; ``notes`` say what was changed or is not there, ``problems``
    what could not be imported.
    """

    name: str
    title: str
    notebook: str
    cells: list[Cell] = field(default_factory=list)
    suites: dict[str, str] = field(default_factory=dict)
    mutants: list[Mutant] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    answered_in: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    """What an import wrote, and what a person should know of it."""

    name: str
    folder: Path
    questions: tuple[str, ...]
    manual: tuple[str, ...]
    notes: tuple[str, ...]


def write_week(root: Path, week: NewWeek, partly: bool = False) -> Imported:
    """Write a week below ``root``, whole or not at all.

    Parameters
    ----------
    partly : bool
        Leave out what cannot be imported; it is then among the notes.

    Raises
    ------
    CannotImport
        With everything that is not supported, or where the week would have problems, or is there already.
    Unwritable
    """
    problems = [] if partly else list(week.problems)
    if partly:
        week.notes += [f"left out: {problem}" for problem in week.problems]
    if not _NAME.fullmatch(week.name):
        problems.append(f"{week.name!r} cannot name a week. Use letters, digits and underscores: --name week9_trees.")
    for folder in (root / "solutions" / week.name, root / "tests" / "hidden" / week.name):
        if not problems and folder.exists():
            problems.append(f"{folder}: is there already. Remove it, or choose another name: --name ...")
    counts = Counter(c.meta["grade_id"] for c in week.cells if c.meta)
    problems += [f"{week.name}: the name {n!r} is used {k} times. Rename one." for n, k in counts.items() if k > 1]
    problems += [
        f"{week.name}: a line of the cell {c.source[:40]!r} begins with '# %%', which would begin a new cell."
        for c in week.cells
        if _HEADER.search(_as_text(c))
    ]
    problems += [f"{week.name}: the file {n!r} leads out of the folder." for n in week.files if not is_inside(n)]
    if problems:
        raise CannotImport(problems)
    try:
        return _write(root, week)
    except OSError as e:
        raise Unwritable(f"{root}: the week cannot be written ({e.strerror or e}). Make the folder writable.") from e


def _write(root: Path, week: NewWeek) -> Imported:
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=root) as scratch:
        stage = Path(scratch)
        solutions, hidden = stage / "solutions" / week.name, stage / "tests" / "hidden" / week.name
        for folder in (solutions, hidden):
            folder.mkdir(parents=True)
        (solutions / f"{week.notebook}.py").write_text(percent_text(week.cells), encoding="utf-8")
        (solutions / "assignment.toml").write_text(_manifest(week), encoding="utf-8")
        for question, text in week.suites.items():
            (hidden / f"test_{question}.py").write_text(text, encoding="utf-8")
        for mutant in week.mutants:
            path = solutions / "mutants" / mutant.question / "unanswered.py"
            path.parent.mkdir(parents=True)
            path.write_text(_mutant_text(mutant), encoding="utf-8")
        for name, data in week.files.items():
            path = solutions / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if week.notes:
            text = "\n".join(["# What the import changed or could not take along", "", *(f"* {n}" for n in week.notes)])
            (solutions / "IMPORTED.md").write_text(text + "\n", encoding="utf-8")
        try:
            assignment = load_course(stage).assignment(week.name)
        except CourseError as e:
            raise CannotImport([p.replace(f"{stage}/", "") for p in e.problems]) from e
        for source in (solutions, hidden):
            target = root / source.relative_to(stage)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)
    return Imported(
        week.name,
        root / "solutions" / week.name,
        tuple(q.name for q in assignment.questions),
        tuple(q.name for q in assignment.manual),
        tuple(week.notes),
    )


def percent_text(cells: list[Cell]) -> str:
    """The notebook in jupytext's percent format."""
    head = (
        "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n#       extension: .py\n"
        "#       format_name: percent\n#   kernelspec:\n#     display_name: Python 3\n#     language: python\n"
        "#     name: python3\n# ---\n"
    )
    parts = [head]
    for cell in cells:
        kind = {"markdown": " [markdown]", "raw": " [raw]"}.get(cell.kind, "")
        meta = f" nbgrader={json.dumps(cell.meta, sort_keys=True)}" if cell.meta else ""
        parts.append(f"# %%{kind}{meta}\n{_as_text(cell)}\n")
    return "\n".join(parts)


def _as_text(cell: Cell) -> str:
    if cell.kind == "code":
        return cell.source.strip("\n")
    return "\n".join(f"# {line}".rstrip() for line in cell.source.split("\n"))


def _manifest(week: NewWeek) -> str:
    used = _modules(week.cells)
    imports = [name for name in WARMED if name.partition(".")[0] in used]
    text = (
        f"title = {json.dumps(week.title)}\nnotebook = {json.dumps(week.notebook)}\n\n"
        f"[sandbox]\nimports = {json.dumps(imports)}\n"
    )
    if week.answered_in:
        text += "\n# These test an answer that an earlier question asked for.\n[answered_in]\n"
        text += "".join(f"{later} = {json.dumps(earlier)}\n" for later, earlier in week.answered_in.items())
    return text


def _modules(cells: list[Cell]) -> set[str]:
    found = set()
    for cell in cells:
        if cell.kind == "code":
            found |= set(re.findall(r"^\s*(?:import|from)\s+([A-Za-z_]\w*)", cell.source, re.MULTILINE))
    return found


def _mutant_text(mutant: Mutant) -> str:
    header = (
        '"""Mutant: nothing is answered.\nMisconception: the cell was handed in as it was released.\n'
        f"Killed by: {', '.join(mutant.killed_by)}\nHint: {mutant.hint}\n"
    )
    return f'{header}"""\n{mutant.code}\n'


def unanswered(source: str) -> str:
    """Code that takes a solution's names away: functions are not written yet, values are None."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return "raise NotImplementedError"
    lines = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            lines.append(f"def {node.name}(*args, **kwargs):\n    raise NotImplementedError\n")
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
            lines += [f"{name} = None" for name in names]
    return "\n".join(lines) or "raise NotImplementedError"


def defines_functions(source: str) -> bool:
    """Whether a solution cell defines a function or a class."""
    return "raise NotImplementedError" in unanswered(source)


def identifier(name: str) -> str:
    """A name that can name a test module: what is not a letter or a digit becomes an underscore."""
    clean = re.sub(r"[^A-Za-z0-9_]", "_", name) or "q"
    return clean if not clean[0].isdigit() else f"q{clean}"


def meta(grade_id: str, **more: Any) -> dict[str, Any]:
    """Complete nbgrader metadata of a cell."""
    flags = dict.fromkeys(("grade", "locked", "solution", "task"), False)
    return {**flags, "grade_id": grade_id, "schema_version": 3, **more}

"""Writes an imported assignment as a week of a course: notebook as text, manifest, hidden suites, mutants."""

from __future__ import annotations

import ast
import errno
import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.course import load_course
from autograder.errors import CannotImport, CourseError, Unwritable
from autograder.interop.archive import is_inside
from autograder.interop.foreign import odd_character, parse

WARMED = ("numpy", "scipy", "sklearn", "matplotlib.pyplot")
"""Libraries that a worker may import before it serves, where the notebook uses them."""

MAX_GRADE_ID = 100
SETTINGS = "nbgrader_config.py"

_SETTINGS_TEXT = '''\
"""nbgrader reads this file when it runs in this folder; `autograder.nbgrader_bridge` holds the settings."""

import os

from autograder.nbgrader_bridge import configure

c = get_config()  # noqa: F821 - nbgrader puts it there
c.CourseDirectory.course_id = "{course_id}"
configure(c, root=os.path.dirname(os.path.abspath(__file__)))
'''
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
    """:func:`write_weeks` of one."""
    return write_weeks(root, [week], partly)[0]


def write_weeks(root: Path, weeks: Sequence[NewWeek], partly: bool = False) -> list[Imported]:
    """Write weeks below ``root``, all of them or none; and nbgrader's settings, where the folder has none.

    Parameters
    ----------
    partly : bool
        Leave out what cannot be imported; it is then among the notes.

    Raises
    ------
    CannotImport
        With everything that is not supported, or where a week would have problems, or is there already.
    Unwritable
    """
    problems = [p for week in weeks for p in _problems(root, week, partly)]
    names = Counter(week.name for week in weeks)
    problems += [f"{n!r} would be the name of {k} weeks. Rename a notebook." for n, k in names.items() if k > 1]
    if problems:
        raise CannotImport(problems)
    for week in weeks if partly else ():
        week.notes += [f"left out: {problem}" for problem in week.problems]
    try:
        root.mkdir(parents=True, exist_ok=True)
        note = _note_of_settings(root)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=root) as scratch:
            done = _write(root, Path(scratch), weeks)
        return [replace(done[0], notes=(*done[0].notes, note)), *done[1:]] if note else done
    except OSError as e:
        if e.errno == errno.ENAMETOOLONG:
            name = Path(str(e.filename)).name
            raise CannotImport(f"{name[:40]}...: is too long for the name of a file. Shorten it.") from e
        raise Unwritable(f"{root}: the week cannot be written ({e.strerror or e}). Make the folder writable.") from e


def _problems(root: Path, week: NewWeek, partly: bool) -> list[str]:
    problems = [] if partly else list(week.problems)
    if not _NAME.fullmatch(week.name):
        problems.append(f"{week.name!r} cannot name a week. Use letters, digits and underscores: --name week9_trees.")
    for folder in (root / "solutions" / week.name, root / "tests" / "hidden" / week.name):
        if not problems and folder.exists():
            problems.append(f"{folder}: is there already. Remove it, or choose another name: --name ...")
    counts = Counter(c.meta["grade_id"] for c in week.cells if c.meta)
    problems += [f"{week.name}: the name {n!r} is used {k} times. Rename one." for n, k in counts.items() if k > 1]
    problems += [
        f"{week.name}: the name {n[:40]!r}... is longer than {MAX_GRADE_ID} letters. Shorten it." for n in counts
        if len(n) > MAX_GRADE_ID
    ]
    problems += [
        f"{week.name}: a line of the cell {c.source[:40]!r} begins with '# %%', which would begin a new cell."
        for c in week.cells
        if _HEADER.search(_as_text(c))
    ]
    problems += [
        f"{week.name}: the cell {c.source[:40]!r} holds the character {odd_character(c.source)}. Write it as an escape."
        for c in week.cells
        if odd_character(c.source)
    ]
    problems += [f"{week.name}: the file {n!r} leads out of the folder." for n in week.files if not is_inside(n)]
    return problems


def _write(root: Path, stage: Path, weeks: Sequence[NewWeek]) -> list[Imported]:
    for week in weeks:
        _write_one(stage, week)
    course, done, problems = load_course(stage), [], []
    for week in weeks:
        try:
            assignment = course.assignment(week.name)
        except CourseError as e:
            problems += [p.replace(f"{stage}/", "") for p in e.problems]
            continue
        questions, manual = (tuple(q.name for q in kind) for kind in (assignment.questions, assignment.manual))
        done.append(Imported(week.name, root / "solutions" / week.name, questions, manual, tuple(week.notes)))
    if problems:
        raise CannotImport(problems)
    if not (root / SETTINGS).exists():
        text = _SETTINGS_TEXT.format(course_id=identifier(root.resolve().name))
        (stage / SETTINGS).write_text(text, encoding="utf-8")
    _move(stage, root, [Path(*place, w.name) for w in weeks for place in (("solutions",), ("tests", "hidden"))])
    return done


def _move(stage: Path, root: Path, parts: Sequence[Path]) -> None:
    """Move what was made to where it belongs; what is there already of it goes again if one cannot be moved."""
    moved: list[Path] = []
    try:
        for part in parts:
            target = root / part
            target.parent.mkdir(parents=True, exist_ok=True)
            moved.append(target)
            shutil.move(stage / part, target)
        if (stage / SETTINGS).exists():
            shutil.move(stage / SETTINGS, root / SETTINGS)
    except OSError:
        for target in moved:
            shutil.rmtree(target, ignore_errors=True)
        raise


def _note_of_settings(root: Path) -> str:
    """What is to be said of nbgrader's settings; "" where they are ours."""
    path = root / SETTINGS
    if not path.exists():
        return f"{SETTINGS} was not there, and was written: nbgrader and autograder release need it"
    if "autograder.nbgrader_bridge" not in path.read_text(encoding="utf-8", errors="replace"):
        return f"{path} does not call autograder.nbgrader_bridge.configure, without which nothing is released: add it"
    return ""


def _write_one(stage: Path, week: NewWeek) -> None:
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
    return "\n".join(f"# {line}" if line else "#" for line in cell.source.split("\n"))  # two spaces end a line


def _manifest(week: NewWeek) -> str:
    used = _modules(week.cells)
    imports = [name for name in WARMED if name.partition(".")[0] in used]
    text = (
        f"title = {json.dumps(week.title, ensure_ascii=False)}\nnotebook = {json.dumps(week.notebook)}\n\n"
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
    tree = parse(source)
    if tree is None:
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

"""From the text notebook in solutions/ to what nbgrader releases, the same bytes each time.

``prepare_source`` writes ``course/source/<week>/`` (notebook with its public checks, and data; never mutants,
right answers or assignment.toml); ``nbgrader generate_assignment`` makes ``assignments/<week>/`` of it. ``check_fresh``
says whether the committed ``assignments/`` is what would be made now.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.errors import BadManifest, CourseError, Unwritable
from autograder.public_checks import INITIALISING_CELL, NOT_GRADED, otter_metadata

SOURCE = Path("course") / "source"
RELEASE = Path("assignments")

# Fixed, so that a release does not depend on whose machine made it.
_NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_KEPT_CELL_METADATA = ("nbgrader", "tags")
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9_-]")
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


def prepare_source(course: Course, name: str) -> Path:
    """Write ``course/source/<name>/`` and return it; a folder that is already right is not touched.

    Raises
    ------
    BadManifest, UnknownAssignment
        If the assignment has problems.
    Unwritable
        If the folder cannot be written.
    """
    assignment = course.assignment(name)
    target = course.root / SOURCE / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=target.parent) as scratch:
            fresh = Path(scratch) / name
            write_source(assignment, fresh)
            if differences(fresh, target):
                shutil.rmtree(target, ignore_errors=True)
                fresh.rename(target)
    except OSError as e:
        raise Unwritable(
            f"{target}: cannot be written ({e.strerror or e}). Make the folder writable or free disk space, "
            "and run again."
        ) from e
    return target


def write_source(assignment: Assignment, folder: Path) -> None:
    """Write the assignment's .ipynb, its ``data/``, and beside the notebook what lies in its ``files/``."""
    import nbformat

    folder.mkdir(parents=True)
    notebook = read_notebook(assignment)
    _add_public_checks(notebook, assignment)
    text = nbformat.writes(notebook, version=4)
    (folder / f"{assignment.notebook}.ipynb").write_text(text + "\n", encoding="utf-8")
    data = assignment.folder / "data"
    if data.is_dir():
        shutil.copytree(data, folder / "data", ignore=_IGNORED)
    files = assignment.folder / "files"
    if files.is_dir():
        shutil.copytree(files, folder, ignore=_IGNORED, dirs_exist_ok=True)


def read_notebook(assignment: Assignment) -> Any:
    """The instructor's notebook as an nbformat node with complete metadata and stable cell ids."""
    import jupytext
    import nbformat

    try:
        read = jupytext.read(assignment.source, fmt="py:percent")
    except (ValueError, SyntaxError) as e:
        raise BadManifest(f"{assignment.source}: jupytext cannot read it ({e}). Correct the cell headers.") from e
    cells = []
    seen: set[str] = set()
    for raw in read.cells:
        metadata = {k: raw.metadata[k] for k in _KEPT_CELL_METADATA if k in raw.metadata}
        if metadata.get("nbgrader"):
            metadata["nbgrader"] = _complete(dict(metadata["nbgrader"]))
        make = {
            "code": nbformat.v4.new_code_cell,
            "markdown": nbformat.v4.new_markdown_cell,
            "raw": nbformat.v4.new_raw_cell,
        }[raw.cell_type]
        cells.append(make(raw.source, metadata=metadata, id=_cell_id(raw, metadata, seen)))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=dict(_NOTEBOOK_METADATA))
    notebook.nbformat_minor = 5
    return notebook


def _add_public_checks(notebook: Any, assignment: Assignment) -> None:
    """Otter's tests in the metadata, a cell that makes ``grader``, and one that asks it after each grade cell.

    These cells carry no nbgrader metadata: a student may delete them, and nothing has to be put back.
    """
    import nbformat

    metadata = otter_metadata(assignment.name, assignment.cells, str(assignment.source))
    if metadata is None:
        return
    notebook.metadata["otter"] = nbformat.from_dict(metadata)
    tests = list(metadata["tests"])

    def cell(name: str, source: str) -> Any:
        return nbformat.v4.new_code_cell(source, metadata={"tags": [NOT_GRADED]}, id=name)

    first = next(i for i, c in enumerate(notebook.cells) if c.cell_type == "code")
    found = list(notebook.cells[:first])
    source = INITIALISING_CELL.format(question=tests[0], notebook=assignment.notebook)
    found.append(cell("public-checks", source))
    for c in notebook.cells[first:]:
        found.append(c)
        name = c.metadata.get("nbgrader", {}).get("grade_id")
        if name in tests:
            found.append(cell(f"{_UNSAFE_IN_ID.sub('-', name)[:40]}-public-checks", f'grader.check("{name}")'))
    notebook.cells = found


def check_fresh(course: Course) -> list[str]:
    """Compare ``assignments/`` with what would be released now.

    Returns
    -------
    list of str
        One sentence a difference; empty when all is fresh. Problems of the course are among them.
    """
    from autograder.nbgrader_bridge.generate import generate_release

    problems: list[str] = []
    committed = course.root / RELEASE
    with tempfile.TemporaryDirectory(prefix="autograder-release-") as scratch:
        for name in course.assignments:
            remedy = f"Run: nbgrader generate_assignment {name}"
            try:
                write_source(course.assignment(name), Path(scratch) / "source" / name)
                fresh = generate_release(Path(scratch), name)
            except CourseError as e:
                problems += e.problems
                continue
            for what, path in differences(fresh, committed / name):
                problems.append(f"{RELEASE / name / path}: {what}. {remedy}")
    if committed.is_dir():
        for folder in sorted(p for p in committed.iterdir() if p.is_dir() and not p.name.startswith(".")):
            if folder.name not in course.assignments:
                problems.append(f"{RELEASE / folder.name}: no such assignment in solutions/. Remove the folder.")
    return problems


def differences(fresh: Path, found: Path) -> list[tuple[str, Path]]:
    """(what, relative path) for each file that differs between two folders, in order of path."""
    new, old = _files(fresh), _files(found)
    result = [("is missing", p) for p in new - old] + [("should not be there", p) for p in old - new]
    result += [("is not fresh", p) for p in new & old if not filecmp.cmp(fresh / p, found / p, shallow=False)]
    return sorted(result, key=lambda r: r[1])


def _files(folder: Path) -> set[Path]:
    found = set()
    for where, dirs, names in os.walk(folder):
        dirs[:] = [d for d in dirs if d not in (".ipynb_checkpoints", "__pycache__")]
        found |= {(Path(where) / n).relative_to(folder) for n in names}
    return found


def _complete(meta: dict[str, Any]) -> dict[str, Any]:
    """Fill in what nbgrader demands, so that an author writes only what matters."""
    grade, solution, task = (bool(meta.get(k, False)) for k in ("grade", "solution", "task"))
    defaults = {
        "grade": False,
        "solution": False,
        "task": False,
        "locked": grade and not solution,
        "schema_version": 3,
    }
    complete = {**defaults, **meta, "schema_version": 3}
    if task:
        complete["locked"] = bool(meta.get("locked", True))
    return complete


def _cell_id(raw: Any, metadata: dict[str, Any], seen: set[str]) -> str:
    """An id from the grade id or the text: a change of one cell changes no other cell's id."""
    grade_id = metadata.get("nbgrader", {}).get("grade_id", "")
    digest = hashlib.sha256(f"{raw.cell_type}\n{raw.source}".encode()).hexdigest()[:8]
    base = _UNSAFE_IN_ID.sub("-", grade_id)[:48] if grade_id else f"cell-{digest}"
    found, n = base, 1
    while found in seen:
        n += 1
        found = f"{base}-{n}"
    seen.add(found)
    return found

"""Submissions that no student made: the reference, wrong and right variants of it, the bare release."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder.course import Assignment
from autograder.errors import BadManifest
from autograder.records import CodeCell, Submission
from autograder.validation.mutants import Mutant, Wheat

STUDENT = "specimen"


def code_cells(cells: Iterable[tuple[str, str, str]]) -> tuple[CodeCell, ...]:
    """Code cells out of (kind, grade id, source); one without a grade id is named after its position."""
    return tuple(
        CodeCell(key=grade_id or f"cell-{position}", source=source)
        for position, (kind, grade_id, source) in enumerate(cells)
        if kind == "code"
    )


def reference_submission(assignment: Assignment, release: Path, student: str = STUDENT) -> Submission:
    """The instructor's own notebook as ``student`` would hand it in, beside the files of the release."""
    return Submission(
        assignment=assignment.name,
        student=student,
        notebook=assignment.notebook,
        cells=code_cells((cell.kind, cell.grade_id, cell.source) for cell in assignment.cells),
        files=released_files(release),
    )


def release_submission(assignment: Assignment, release: Path) -> Submission:
    """The released notebook, handed in untouched.

    Raises
    ------
    BadManifest
        When the assignment has not been released.
    """
    path = release / f"{assignment.notebook}.ipynb"
    if not path.is_file():
        raise BadManifest(f"{path}: not there. Run: autograder release {assignment.name}")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return Submission(
        assignment=assignment.name,
        student=STUDENT,
        notebook=assignment.notebook,
        cells=code_cells(_triples(notebook)),
        files=released_files(release),
    )


def released_files(release: Path) -> tuple[tuple[str, bytes], ...]:
    """What lies beside the released notebook, by path relative to it."""
    paths = sorted(p for p in release.rglob("*") if p.is_file() and p.suffix != ".ipynb")
    return tuple((path.relative_to(release).as_posix(), path.read_bytes()) for path in paths)


def with_solution(reference: Submission, variant: Mutant | Wheat, answered_in: str = "") -> Submission:
    """The reference with the variant's code in the solution cell of its question.

    Where a question has several solution cells the first takes the code and the others are emptied.
    The student's name stays the reference's, so that both meet the same random draws. ``answered_in`` names the
    question whose cells hold the answer, where that is another one.

    Raises
    ------
    BadManifest
        When the notebook has no such solution cell.
    """
    prefix = f"{answered_in or variant.question}_solution"
    keys = [cell.key for cell in reference.cells if cell.key == prefix or cell.key.startswith(f"{prefix}_")]
    if not keys:
        raise BadManifest(f"{variant.path}: the notebook has no cell with the grade id {prefix!r} for this code")
    cells = tuple(
        dataclasses.replace(cell, source=variant.source if cell.key == keys[0] else "") if cell.key in keys else cell
        for cell in reference.cells
    )
    return dataclasses.replace(reference, cells=cells)


def _triples(notebook: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        yield cell["cell_type"], cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""), source

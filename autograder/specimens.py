"""Submissions that no student made: the reference, wrong and right variants of it, the bare release."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jupytext

from autograder.errors import BadManifest
from autograder.mutants import Mutant, Wheat
from autograder.records import CodeCell, Submission

STUDENT = "specimen"


def code_cells(notebook: Mapping[str, Any]) -> tuple[CodeCell, ...]:
    """Code cells of a notebook (nbformat 4, as a dictionary), in order of the file.

    A cell without an nbgrader grade id is named after its position among all cells.
    """
    cells = []
    for position, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        source = cell["source"]
        key = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") or f"cell-{position}"
        cells.append(CodeCell(key=key, source=source if isinstance(source, str) else "".join(source)))
    return tuple(cells)


def reference_submission(
    assignment: str, notebook: str, source: Path, student: str = STUDENT, files: tuple[tuple[str, bytes], ...] = ()
) -> Submission:
    """The instructor's own notebook (a text notebook), handed in by ``student``."""
    cells = code_cells(jupytext.read(source))
    return Submission(assignment=assignment, student=student, notebook=notebook, cells=cells, files=files)


def release_submission(assignment: str, path: Path, files: tuple[tuple[str, bytes], ...] = ()) -> Submission:
    """The released notebook (.ipynb), handed in untouched.

    Raises
    ------
    BadManifest
        When the assignment has not been released.
    """
    if not path.is_file():
        raise BadManifest(f"{path}: not there; run `autograder release {assignment}` first")
    cells = code_cells(json.loads(path.read_text(encoding="utf-8")))
    return Submission(assignment=assignment, student=STUDENT, notebook=path.stem, cells=cells, files=files)


def with_solution(reference: Submission, variant: Mutant | Wheat) -> Submission:
    """The reference with the variant's code in the solution cell of its question.

    The student's name stays the reference's, so that both meet the same random draws.

    Raises
    ------
    BadManifest
        When the notebook has no such solution cell.
    """
    key = f"{variant.question}_solution"
    if not any(cell.key == key for cell in reference.cells):
        raise BadManifest(f"{variant.path}: the notebook has no cell with grade_id {key!r} to put this code into")
    cells = tuple(
        dataclasses.replace(cell, source=variant.source) if cell.key == key else cell for cell in reference.cells
    )
    return dataclasses.replace(reference, cells=cells)

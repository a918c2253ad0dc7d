"""A released notebook and submissions of it, for the tests of this room."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum

from autograder.nbgrader_bridge.source_cells import ReleasedCell, ReleasedNotebook


def released_cell(name: str, kind: str = "code", source: str = "", **flags: Any) -> ReleasedCell:
    meta = {"locked": False, "grade": False, "solution": False, "task": False, "points": 0.0, **flags}
    cell = ReleasedCell(name=name, kind=kind, source=source, checksum="", **meta)
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    checksum = compute_checksum(make(source, metadata={"nbgrader": cell.metadata()}))
    return ReleasedCell(**{**vars(cell), "checksum": checksum})


RELEASED = ReleasedNotebook(
    "n",
    {"name": "python3", "display_name": "Python 3", "language": "python"},
    (
        released_cell("intro", "markdown", "read me", locked=True),
        released_cell("f_solution", source="raise NotImplementedError()", solution=True),
        released_cell("f", source="assert f() == 1", grade=True, locked=True, points=2.0),
        released_cell("essay", "markdown", "YOUR ANSWER HERE", grade=True, solution=True, points=3.0),
        released_cell("chores", "markdown", "do something", task=True, locked=True, points=1.0),
    ),
)


def submitted(**sources: str) -> dict[str, Any]:
    """The released notebook as JetBrains or Jupyter would save it, with other sources for some cells."""
    cells = []
    for c in RELEASED.cells:
        cell = {
            "cell_type": c.kind,
            "id": f"id-{c.name}".replace("_", "-"),
            "metadata": {"nbgrader": c.metadata()},
            "source": sources.get(c.name, c.source).splitlines(keepends=True),
        }
        if c.kind == "code":
            cell |= {"outputs": [], "execution_count": None}
        cells.append(cell)
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def cell_of(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def save(folder: Path, notebook: Any, name: str = "n.ipynb") -> Path:
    path = folder / name
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook), encoding="utf-8")
    return path

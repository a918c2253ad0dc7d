"""The notebooks that were released, as the gradebook knows them or from their files; read once, used for every
submission."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry


@dataclass(frozen=True)
class ReleasedCell:
    """A cell with nbgrader metadata as it was released. ``source`` has what nbgrader restores, hidden tests too."""

    name: str
    kind: str
    source: str
    checksum: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float

    @property
    def is_autograded(self) -> bool:
        return self.kind == "code" and self.grade and not self.solution

    def metadata(self) -> dict[str, Any]:
        """nbgrader's metadata of this cell, complete and of the newest schema."""
        meta: dict[str, Any] = {
            "cell_type": self.kind,
            "checksum": self.checksum,
            "grade": self.grade,
            "grade_id": self.name,
            "locked": self.locked,
            "schema_version": 3,
            "solution": self.solution,
            "task": self.task,
        }
        if self.grade or self.task:
            meta["points"] = self.points
        return meta


@dataclass(frozen=True)
class ReleasedNotebook:
    """A notebook's cells with nbgrader metadata, in the order of the notebook."""

    name: str
    kernelspec: dict[str, Any]
    cells: tuple[ReleasedCell, ...]

    def cell(self, name: str) -> ReleasedCell | None:
        return next((c for c in self.cells if c.name == name), None)


def read_released(coursedir: Any) -> dict[str, ReleasedNotebook]:
    """Notebooks of the assignment of ``coursedir`` by name; empty when the gradebook does not know it."""
    with Gradebook(coursedir.db_url, coursedir.course_id) as gb:
        try:
            notebooks = gb.find_assignment(coursedir.assignment_id).notebooks
        except MissingEntry:
            return {}
        return {nb.name: _notebook(nb, _order(coursedir, nb.name)) for nb in notebooks}


def read_release(path: Path, name: str) -> ReleasedNotebook:
    """The same from the notebook that was handed out.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError, AttributeError
        If it is not there, or no notebook.
    """
    status = path.stat()
    return _read_release(path, name, (status.st_mtime_ns, status.st_size, status.st_ino))


@functools.lru_cache(maxsize=16)
def _read_release(path: Path, name: str, _changed: tuple[int, ...]) -> ReleasedNotebook:
    """Read once for a class, until the file is written anew."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = []
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader")
        if meta:
            cells.append(
                ReleasedCell(
                    name=meta["grade_id"],
                    kind=cell["cell_type"],
                    source="".join(cell["source"]),
                    checksum=meta.get("checksum", ""),
                    locked=meta["locked"],
                    grade=meta["grade"],
                    solution=meta["solution"],
                    task=meta.get("task", False),
                    points=float(meta.get("points", 0)),
                )
            )
    return ReleasedNotebook(name, notebook["metadata"].get("kernelspec", {}), tuple(cells))


def _notebook(nb: Any, order: dict[str, int]) -> ReleasedNotebook:
    points = {c.name: float(c.max_score) for c in (*nb.grade_cells, *nb.task_cells)}
    grades, solutions, tasks = ({c.name for c in cells} for cells in (nb.grade_cells, nb.solution_cells, nb.task_cells))
    cells = [
        ReleasedCell(
            name=c.name,
            kind=c.cell_type,
            source=c.source or "",
            checksum=c.checksum or "",
            locked=bool(c.locked),
            grade=c.name in grades,
            solution=c.name in solutions,
            task=c.name in tasks,
            points=points.get(c.name, 0.0),
        )
        for c in nb.source_cells
    ]
    cells.sort(key=lambda c: order.get(c.name, len(order)))
    return ReleasedNotebook(nb.name, json.loads(nb.kernelspec or "{}"), tuple(cells))


def _order(coursedir: Any, notebook: str) -> dict[str, int]:
    """Position of each grade id in the instructor's notebook: the gradebook keeps none."""
    for step in (coursedir.source_directory, coursedir.release_directory):
        path = Path(coursedir.format_path(step, ".", coursedir.assignment_id)) / f"{notebook}.ipynb"
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            return {c["metadata"].get("nbgrader", {}).get("grade_id", ""): i for i, c in enumerate(cells)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return {}

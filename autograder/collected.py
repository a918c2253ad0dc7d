"""What was collected of an assignment, and how a student's folder becomes the submission that is graded."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.errors import BadManifest
from autograder.records import Note, Result, Submission

SUBMITTED = Path("course") / "submitted"


def submitted_students(course: Course, name: str) -> list[str]:
    """Who has handed in something for an assignment, in order of name."""
    return sorted(path.parent.name for path in (course.root / SUBMITTED).glob(f"*/{name}") if path.is_dir())


def submitted_folder(course: Course, assignment: Assignment, student: str) -> Path:
    """Where what a student has handed in lies."""
    return course.root / SUBMITTED / student / assignment.name


def release_folder(course: Course, assignment: Assignment) -> Path:
    """What was handed out, as it was committed."""
    return course.root / "assignments" / assignment.name


def released_path(course: Course, assignment: Assignment) -> Path:
    return release_folder(course, assignment) / f"{assignment.notebook}.ipynb"


def read_submission(course: Course, assignment: Assignment, student: str) -> Submission:
    """A collected submission as it will be graded: locked cells are those of the committed release."""
    return read_folder(course, assignment, student, submitted_folder(course, assignment, student))


def read_folder(course: Course, assignment: Assignment, student: str, folder: Path) -> Submission:
    """What a student handed in as it will be graded, wherever it lies."""
    from autograder.nbgrader_bridge.restore import submission_of
    from autograder.nbgrader_bridge.submitted import files_beside

    notebook, notes = _restored(course, assignment, folder)
    files, file_notes = files_beside(folder, release_folder(course, assignment), assignment.limits)
    return submission_of(notebook, assignment.name, student, assignment.notebook, files, (*notes, *file_notes))


def notebook_as_it_ran(course: Course, assignment: Assignment, folder: Path, result: Result) -> dict[str, Any]:
    """What lies in a folder, in order and with the outputs of the run that ``result`` tells of (nbformat 4)."""
    from autograder.nbgrader_bridge.restore import code_cells

    notebook, _ = _restored(course, assignment, folder)
    outputs = {cell.key: list(cell.outputs) for cell in result.cells}
    for position, cell in code_cells(notebook):
        notebook.cells[position]["outputs"] = outputs.get(cell.key, [])
    return notebook


def _restored(course: Course, assignment: Assignment, folder: Path) -> tuple[Any, tuple[Note, ...]]:
    from autograder.nbgrader_bridge.restore import restore
    from autograder.nbgrader_bridge.submitted import read_submitted

    released = released_notebook(course, assignment)
    path = folder / f"{assignment.notebook}.ipynb"
    return restore(read_submitted(path, released, assignment.notebooks, assignment.limits.notebook_mb), released)


def released_notebook(course: Course, assignment: Assignment) -> Any:
    """The released notebook, from ``assignments/`` instead of the gradebook."""
    path = released_path(course, assignment)
    if assignment.plain or not path.is_file():
        raise BadManifest(
            f"{path}: not there. Run: autograder release {assignment.name}. (A course whose tests are in its notebooks "
            "is graded with: nbgrader autograde.)"
        )
    return _read_released(path, assignment.notebook, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _read_released(path: Path, name: str, _changed: int) -> Any:
    """The same for every submission of a class, as long as the file is not written anew."""
    from autograder.nbgrader_bridge.source_cells import ReleasedCell, ReleasedNotebook

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

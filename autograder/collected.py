"""How a folder that was collected becomes the submission that is graded, without the gradebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.errors import BadManifest
from autograder.folders import release_folder, released_path, submitted_folder
from autograder.records import Note, Result, Submission


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

    released = _released(course, assignment)
    path = folder / f"{assignment.notebook}.ipynb"
    return restore(read_submitted(path, released, assignment.notebooks, assignment.limits.notebook_mb), released)


def _released(course: Course, assignment: Assignment) -> Any:
    """The released notebook, from ``assignments/`` instead of the gradebook."""
    from autograder.nbgrader_bridge.source_cells import read_release

    path = released_path(course, assignment)
    if assignment.plain or not path.is_file():
        raise BadManifest(
            f"{path}: not there. Run: autograder release {assignment.name}. (A course whose tests are in its notebooks "
            "is graded with: nbgrader autograde.)"
        )
    return read_release(path, assignment.notebook)

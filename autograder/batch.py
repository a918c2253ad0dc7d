"""Grade what was collected, and show what was stored, without nbgrader's gradebook."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course import Assignment, Course
from autograder.errors import BadManifest, GraderError, MissingNotebook
from autograder.records import Note, Result, Submission

if TYPE_CHECKING:
    from autograder.store import Results

SUBMITTED = Path("course") / "submitted"


@dataclass(frozen=True)
class Outcome:
    """Results of a run, and for each submission that has none the machine's fault that is to blame."""

    assignment: str
    results: tuple[Result, ...]
    faults: tuple[tuple[str, GraderError], ...] = ()

    def by_fault(self) -> dict[str, list[str]]:
        """Students by the message of what left them without a result: one fault may be to blame for all."""
        found: dict[str, list[str]] = {}
        for student, fault in self.faults:
            found.setdefault(str(fault), []).append(student)
        return found

    def to_dict(self) -> dict[str, Any]:
        return {
            "assignment": self.assignment,
            "results": [json.loads(result.to_json()) for result in self.results],
            "faults": [
                {"student": student, "verdict": fault.verdict, "problem": str(fault)} for student, fault in self.faults
            ],
        }


def grade_submitted(
    course: Course,
    name: str,
    student: str | None = None,
    engine: str = "auto",
    workers: int | None = None,
    retry_quarantined: bool = False,
    cluster: str | None = None,
    cells: bool = False,
) -> Outcome:
    """Grade every collected submission, or one student's; what is in the store is not graded again.

    ``retry_quarantined`` releases those of them that are not tried any more because sandboxes died of them; ``cells``
    as for :func:`grade_all`.

    Raises
    ------
    MissingNotebook
        When the student named has handed in nothing.
    CourseError, InfrastructureError
        When nothing can be graded at all.
    """
    from autograder.store import Store, default_url

    assignment = course.assignment(name)
    students = submitted_students(course, name)
    if student is not None:
        if student not in students:
            raise MissingNotebook(f"{course.root / SUBMITTED / student / name}: not there. Collect it first.")
        students = [student]
    with Store(default_url(course.root)) as store:
        if retry_quarantined:
            store.forget_deaths(name, student)
        return grade_all(course, assignment, students, store, engine, workers, cluster, cells=cells)


def grade_all(
    course: Course,
    assignment: Assignment,
    students: Sequence[str],
    store: Results,
    engine: str = "auto",
    workers: int | None = None,
    cluster: str | None = None,
    priority: int = 0,
    cells: bool = False,
) -> Outcome:
    """Grade the collected submissions of these students; what ``store`` has is not graded again.

    ``cluster`` is the address of a scheduler, and ``priority`` that of these jobs among others there. Unless ``cells``
    asks for what the notebooks showed, the outcome is without it: the figures of a class take gigabytes, and the store
    has them.

    Raises
    ------
    CourseError, InfrastructureError
        When nothing can be graded at all.
    """
    from autograder.cluster import LocalPool, is_machine_fault, make_grader
    from autograder.progress import progress_bar

    results: list[Result] = []
    faults: list[tuple[str, GraderError]] = []
    grader, where = make_grader(course, assignment, engine, cluster, priority)
    with (
        contextlib.closing(grader),
        progress_bar(f"{assignment.name}, {where}", len(students)) as progress,
        LocalPool(grader, store, workers, on_progress=lambda p: progress(p.done, p.total)) as pool,
    ):
        for who in students:
            pool.submit(who, functools.partial(read_submission, course, assignment, who))
        for who in students:
            try:
                result = pool.result(who)[1]
                results.append(result if cells else dataclasses.replace(result, cells=()))
            except GraderError as error:
                if not is_machine_fault(error):
                    raise
                faults.append((who, error))
    return Outcome(assignment.name, tuple(results), tuple(faults))


def submitted_students(course: Course, name: str) -> list[str]:
    """Who has handed in something for an assignment, in order of name."""
    return sorted(path.parent.name for path in (course.root / SUBMITTED).glob(f"*/{name}") if path.is_dir())


def read_submission(course: Course, assignment: Assignment, student: str) -> Submission:
    """A collected submission as it will be graded: locked cells are those of the committed release."""
    return read_folder(course, assignment, student, course.root / SUBMITTED / student / assignment.name)


def read_folder(course: Course, assignment: Assignment, student: str, folder: Path) -> Submission:
    """What a student handed in as it will be graded, wherever it lies."""
    from autograder.nbgrader_bridge.restore import submission_of
    from autograder.nbgrader_bridge.submitted import files_beside

    notebook, notes = _restored(course, assignment, folder)
    released = course.root / "assignments" / assignment.name
    files, file_notes = files_beside(folder, released, assignment.limits)
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
    path = course.root / "assignments" / assignment.name / f"{assignment.notebook}.ipynb"
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


def stored_results(course: Course, name: str) -> list[Result]:
    """The newest stored result of each student.

    Raises
    ------
    UnknownAssignment, StoreUnavailable
    """
    from autograder.store import Store, default_url

    course.assignment(name)
    with Store(default_url(course.root)) as store:
        return store.results(name)


def results_table(results: Sequence[Result]) -> str:
    """Students by questions, as text: scores, the sum, and what stood in the way."""
    if not results:
        return "No results yet."
    names = list(dict.fromkeys(question.question for result in results for question in result.questions))
    head = ["student", *names, "sum", "of", "verdict"]
    rows = [head]
    for result in results:
        cells = []
        for name in names:
            question = result.question(name)
            cells.append("" if question is None else f"{question.score:g}{'?' if question.flagged else ''}")
        rows.append([result.student, *cells, f"{result.score:g}", f"{result.max_score:g}", result.verdict])
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    last = len(head) - 1
    lines = []
    for row in rows:
        cells = [
            text.ljust(width) if column in (0, last) else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    if any(question.flagged for result in results for question in result.questions):
        lines.append("? a question without a clean result: staff should look.")
    return "\n".join(lines)

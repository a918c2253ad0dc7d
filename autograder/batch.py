"""Grade what was collected, and show what was stored, without nbgrader's gradebook."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.collected import read_submission
from autograder.course import Assignment, Course
from autograder.errors import GraderError, InfrastructureError, MissingNotebook
from autograder.folders import submitted_folder, submitted_students
from autograder.records import Result, Submission

if TYPE_CHECKING:
    from autograder.cluster import Grading
    from autograder.readings import Readings
    from autograder.store import Results


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
            raise MissingNotebook(f"{submitted_folder(course, assignment, student)}: not there. Collect it first.")
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
    from autograder.cluster import LocalPool, Progress, is_machine_fault, make_grader
    from autograder.progress import progress_bar
    from autograder.readings import Readings

    graded: dict[str, Result] = {}
    faults: list[tuple[str, GraderError]] = []
    readings = Readings(course, assignment, store)
    grader, where = make_grader(course, assignment, engine, cluster, priority)
    with contextlib.closing(grader), progress_bar(f"{assignment.name}, {where}", len(students)) as progress:
        unchanged = _unchanged(readings, grader, assignment, students, cells)
        others = [who for who in students if who not in unchanged]
        progress(len(unchanged), len(students))

        def tell(pool: Progress) -> None:
            progress(len(unchanged) + pool.done, len(students))

        with LocalPool(grader, store, workers, tell) as pool:
            for who in others:
                how = functools.partial(read_submission, course, assignment, who)
                pool.submit(who, functools.partial(readings.read, who, how))
            for who in others:
                try:
                    result = pool.result(who)[1]
                    graded[who] = result if cells else dataclasses.replace(result, cells=())
                except GraderError as error:
                    if not is_machine_fault(error):
                        raise
                    faults.append((who, error))
    found = {**unchanged, **graded}
    return Outcome(assignment.name, tuple(found[who] for who in students if who in found), tuple(faults))


def _unchanged(
    readings: Readings, grader: Grading, assignment: Assignment, students: Sequence[str], cells: bool
) -> dict[str, Result]:
    """Stored results of those who have handed in nothing else since: their notebooks are not read."""
    try:
        made_from = grader.digests(Submission(assignment.name, "", assignment.notebook, ()))
    except InfrastructureError:  # each submission will meet it, and say so
        return {}
    found = {who: readings.result(who, made_from, cells) for who in students}
    return {who: result for who, result in found.items() if result is not None}


def stored_results(course: Course, name: str, cells: bool = False) -> list[Result]:
    """The newest stored result of each student; what the notebooks showed only where ``cells`` asks for it.

    Raises
    ------
    UnknownAssignment, StoreUnavailable
    """
    from autograder.store import Store, default_url

    course.assignment(name)
    with Store(default_url(course.root)) as store:
        return store.results(name, cells=cells)


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

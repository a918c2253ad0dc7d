"""The author's mode: ``pytest tests/hidden/<week>`` examines the reference solution over the same wire."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Assignment, load_course
from autograder.judge.bench import Bench
from autograder.judge.draws import seed_of
from autograder.judge.forks import Snapshot, answer_limits
from autograder.judge.reference import reference_namespace
from autograder.sandbox.choice import get_engine
from autograder.sandbox.engine import WorkerSpec
from autograder.sandbox.notebook import run_notebook
from autograder.validation.specimens import reference_submission

SECRET = b"the author's own draws"


def fill_with_reference(bench: Bench, suite: Path) -> Callable[[], None]:
    """Run the reference of the suite's assignment in a plain sandbox; returns what ends it."""
    root, name = _course_of(suite)
    assignment = load_course(root).assignment(name)
    submission = reference_submission(assignment, root / "assignments" / name, student="author")
    worker = get_engine("plain").start_worker(WorkerSpec(imports=assignment.imports, limits=assignment.limits))
    run = run_notebook(worker, submission, assignment.limits)
    bench.limits, bench.rules = assignment.limits, dict(assignment.rules)
    bench.snapshot = Snapshot(run.session.channel, run.session.control, answer_limits(assignment.limits))
    bench.seed = lambda question, case: seed_of(SECRET, name, question, "author", case)
    bench.reference = reference_of_assignment(assignment)

    def finish() -> None:
        run.session.end()
        worker.close()

    return finish


def reference_of_assignment(assignment: Assignment) -> Callable[[], object]:
    """The ``reference`` fixture's namespace, made on first use and once a process."""
    made: list[object] = []

    def namespace() -> object:
        if not made:
            cells = [
                (c.grade_id or f"line {c.line}", c.source, c.solution) for c in assignment.cells if c.kind == "code"
            ]
            made.append(reference_namespace(cells, str(assignment.source)))
        return made[0]

    return namespace


def _course_of(suite: Path) -> tuple[Path, str]:
    for folder in suite.parents:
        if folder.parent.name == "hidden" and folder.parent.parent.name == "tests":
            return folder.parent.parent.parent, folder.name
    raise pytest.UsageError(
        f"{suite}: the 'student' fixture works in hidden suites, at tests/hidden/<assignment>/test_<question>.py"
    )

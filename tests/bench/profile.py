"""Where the processor time of a submission goes, step by step: ``python -m tests.bench.profile``.

Each step is the difference of two ways to grade the same notebook, the reference, in a warm sandbox with a warm judge:
its cells with every figure thrown away, and as they are; the whole of it with as many empty tests as its suites have,
and with the suites. What nbgrader and the store add, and what a command takes before it grades, are differences of
commands. Writes a section of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograder.cluster import grade_stored
from autograder.collected import read_submission
from autograder.course import Assignment, load_course
from autograder.grading import Grader
from autograder.interop.suites import collect
from autograder.records import Submission
from autograder.sandbox.choice import get_engine
from autograder.sandbox.engine import Engine
from autograder.store import Store
from autograder.validation.specimens import reference_submission
from tests.bench import sides
from tests.bench.accounts import Accounts, Spent
from tests.bench.bench import WEEK, WITHOUT, environment
from tests.bench.courses import REPOSITORY, SECRET, Class, build_ours, build_shim, reference_answers
from tests.bench.machine import machine
from tests.bench.meter import measure
from tests.bench.peers import environment_of
from tests.sections import write_section


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--week", default=WEEK)
    parser.add_argument("--submissions", type=int, default=20, help="of which each figure is the mean")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / "benchmarks.md")
    arguments = parser.parse_args(argv)
    os.environ["AUTOGRADER_COURSE_SECRET"] = SECRET
    engine = get_engine(arguments.engine)
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        root = Path(folder)
        env = environment(arguments.engine)
        original = load_course(REPOSITORY).assignment(arguments.week)
        everybody: Class = {f"student{n:02}": reference_answers(original) for n in range(arguments.submissions)}
        week = build_ours(root / "ours", original, everybody, env, WITHOUT.get(arguments.week, ()))
        with Accounts(containers=engine.name in ("docker", "podman")) as accounts:
            steps, tests = in_process(accounts, root, week, engine, arguments.submissions)
        commands = of_commands(root, week, env, arguments.submissions, steps, engine)
        bare = of_floor(root, week)
    text = render(week, steps, commands, bare, tests, engine.name, arguments.submissions)
    print(text)
    write_section(arguments.page, "profile", text)
    return 0


def in_process(
    accounts: Accounts, root: Path, week: Assignment, engine: Engine, count: int
) -> tuple[dict[str, Spent], int]:
    """What the steps of one submission take, by name; and how many tests there are."""
    course = load_course(root / "ours")
    release = root / "ours" / "assignments" / week.name
    tests = collect(course.root, week.name)
    reference = reference_submission(week, release)
    with Grader(course, week, engine) as grader:
        most = sum(q.points for q in week.questions)
        if (score := grader.grade(reference).score) != most:
            raise SystemExit(f"{week.name}: the reference earns {score} of {most} points; run: autograder validate")
        blind = accounts.mean(grader, lambda: _run(grader, without_figures(reference)), count)
        seeing = accounts.mean(grader, lambda: _run(grader, reference), count)
        whole = accounts.mean(grader, lambda: grader.grade(reference), count)
        with Store(f"sqlite:///{root / 'profile.db'}") as store:
            reading = accounts.mean(
                grader, lambda: grade_stored(grader, store, read_submission(course, week, "student00")), count
            )
    empty = empty_tests(root, week, [test.question for test in tests])
    course = load_course(empty)
    with Grader(course, course.assignment(week.name), engine) as grader:
        asked = accounts.mean(grader, lambda: grader.grade(reference), count)
    steps = {"cells": blind, "figures": seeing - blind, "asking": asked - seeing, "tests": whole - asked}
    return {**steps, "reading": reading}, len(tests)


def of_commands(
    root: Path, week: Assignment, env: dict[str, str], count: int, steps: dict[str, Spent], engine: Engine
) -> dict[str, float]:
    """CPU-seconds a submission of what is around grading; and of starting, a command."""
    ours, containers = root / "ours", engine.name in ("docker", "podman")

    def took(*command: str) -> float:
        measured = measure([sys.executable, "-m", *command], ours, env, containers)
        if measured.status:
            raise SystemExit(f"{' '.join(command)}: ended with {measured.status}:\n{measured.output[-2000:]}")
        return measured.cpu_seconds

    cold = took("autograder.cli", "grade", week.name)
    took("nbgrader", "autograde", week.name)  # everything is stored, the gradebook is new
    again = took("nbgrader", "autograde", week.name, "--force")
    alone = took("nbgrader", "autograde", week.name, "--force", "--student=student00")
    nbgrader = (again - alone) / (count - 1)
    grading = sum(step.together for step in steps.values())
    return {
        "nbgrader": nbgrader,
        "start of autograder grade": cold - count * grading,
        "start of nbgrader": alone - nbgrader,
    }


def of_floor(root: Path, week: Assignment) -> tuple[float, float]:
    """CPU-seconds of the cells and of the tests in one bare process, imports left out."""
    build_shim(root / "shim", week)
    (root / "floor").mkdir()
    env = {
        **environment_of(Path(sys.executable), root / "shim", SECRET),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    done = sides.floor_of(root / "floor", week, env, root / "ours" / "course" / "submitted", root / "shim")[1:]
    cells = statistics.mean(one["cells"] for one in done)
    return cells, statistics.mean(one["cpu_seconds"] for one in done) - cells


def without_figures(submission: Submission) -> Submission:
    """The same cells; what they draw is closed before anybody renders it."""
    cells = []
    for cell in submission.cells:
        source = cell.source
        if "plt." in source:
            source = f"plt.show = lambda *a, **k: plt.close('all')\n{source}\nplt.close('all')"
            if "import matplotlib" in source:
                source = f"{cell.source}\nplt.show = lambda *a, **k: plt.close('all')\nplt.close('all')"
        cells.append(dataclasses.replace(cell, source=source))
    return dataclasses.replace(submission, cells=tuple(cells))


def empty_tests(root: Path, week: Assignment, questions: Sequence[str]) -> Path:
    """A course whose suites ask as often, and nothing: each test looks up one function of its question."""
    other = root / "empty"
    other.mkdir()
    for name in ("solutions", "assignments"):
        (other / name).symlink_to(root / "ours" / name)
    hidden = other / "tests" / "hidden" / week.name
    hidden.mkdir(parents=True)
    for question in dict.fromkeys(questions):
        answers = "\n".join(cell.source for cell in week.solution_cells(question))
        found = re.search(r"(?m)^(?:def|class) (\w+)", answers)
        asked = f"student.{found[1]}" if found else "student"
        text = "".join(
            f'def test_{n}(student):\n    """Is there"""\n    assert {asked} is not None\n\n\n'
            for n in range(questions.count(question))
        )
        (hidden / f"test_{question}.py").write_text(text)
    return other


def _run(grader: Grader, submission: Submission) -> None:
    with grader.finished_notebook(submission):
        pass


def render(
    week: Assignment, steps: dict[str, Spent], commands: dict[str, float], bare: tuple[float, float], tests: int,
    engine: str, count: int,
) -> str:  # fmt: skip
    rows = {
        "cells": "the notebook's cells, figures thrown away",
        "figures": "its figures, drawn as PNG",
        "asking": f"tests: forks, the wire, pytest (as {tests} empty tests take)",
        "tests": "tests: what they compute, in the student's code and in the judge",
        "reading": "notebook read and restored, result looked up in the store",
    }
    together = Spent(*(sum(getattr(s, name) for s in steps.values()) for name in ("command", "judge", "sandbox")))
    whole = together.together + commands["nbgrader"]
    lines = [
        f"CPU-seconds a submission: the reference of {week.name}, engine {engine}, one at a time in a warm sandbox by",
        f"a warm judge; mean of {count}. Each step is the difference of two ways to grade the same notebook.",
        "",
        "| step | sandbox | judge | command | together | share |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, title in rows.items():
        one = steps[name]
        lines.append(
            f"| {title} | {one.sandbox:.3f} | {one.judge:.3f} | {one.command:.3f} | {one.together:.3f} "
            f"| {one.together / whole:.0%} |"
        )
    around = commands["nbgrader"]
    title = "`nbgrader autograde`: gradebook, notebook written, pages"
    lines.append(f"| {title} | | | {around:.3f} | {around:.3f} | {around / whole:.0%} |")
    cells, tested = bare
    lines += [
        f"| together | {together.sandbox:.3f} | {together.judge:.3f} | | {whole:.3f} | |",
        "",
        f"In one bare process, without a figure drawn, the cells take {cells:.3f} and the tests {tested:.3f}.",
        f"Once a command: `autograder grade` takes {commands['start of autograder grade']:.1f} CPU-seconds to start "
        f"with its sandboxes and its judge; `nbgrader` takes {commands['start of nbgrader']:.1f} before it grades.",
        "",
        machine("nbgrader", "numpy", "pytest", "matplotlib") + ".",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

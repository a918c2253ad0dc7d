"""What grading costs beyond the student's code and the tests' arithmetic: ``python -m tests.bench.overhead``.

A course of 7 questions and 35 tests in which both are next to nothing (one call, one sum, one assertion), graded one
submission at a time in a warm sandbox by a warm judge. Writes a section of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from autograder.course import Course, load_course
from autograder.grading import Grader
from autograder.sandbox.choice import get_engine
from autograder.sandbox.engine import Engine
from tests.bench import toy
from tests.bench.accounts import Accounts, Spent, judge_of, memory_mb, supervisors_of
from tests.bench.courses import REPOSITORY, SECRET
from tests.bench.machine import machine
from tests.sections import write_section

WEEKS = {"numpy": ("week1_numpy", ("numpy",), 0.2), "torch": ("week6_cnn", ("numpy", "torch"), 0.4)}
"""Whose list of warm libraries it is, what the judge's suite imports, and the budget of a right submission."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--weeks", nargs="+", choices=WEEKS, default=list(WEEKS))
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / "benchmarks.md")
    arguments = parser.parse_args()
    os.environ["AUTOGRADER_COURSE_SECRET"] = SECRET
    engine = get_engine(arguments.engine)
    lines = [
        "CPU-seconds a submission beyond the student's own code and the tests' arithmetic, by `make bench-overhead`:",
        f"{toy.QUESTIONS} questions, {toy.QUESTIONS * toy.TESTS} trivial tests, one submission at a time in a warm "
        f"sandbox by a warm judge, engine {engine.name}.",
        f"Mean of {arguments.submissions}. The budget of an all-wrong submission is twice that of a right one.",
        "",
        "| warm libraries | submission | sandbox | judge | command | together | budget |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    memory = [
        "| warm libraries | sandbox, warm | sandbox with a submission in it | judge, warm | this process |",
        "| --- | --- | --- | --- | --- |",
    ]
    with Accounts(containers=engine.name in ("docker", "podman")) as accounts:
        for name in arguments.weeks:
            week, suite, budget = WEEKS[name]
            with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
                imports = load_course(REPOSITORY).assignment(week).imports
                course = toy.write_course(Path(folder) / "course", imports, suite)
                spent, sizes = measure(accounts, course, engine, arguments.submissions)
            for kind, one in spent.items():
                limit = budget if kind == "right" else 2 * budget
                lines.append(
                    f"| those of {week} | {kind} | {one.sandbox:.3f} | {one.judge:.3f} | {one.command:.3f} "
                    f"| {one.together:.3f} | {limit:g} |"
                )
            memory.append(f"| those of {week} | " + " | ".join(f"{size:.0f}" for size in sizes) + " |")
    lines += [
        "",
        "Memory in MB, as the proportional set size of a process and all below it: a page that several processes share",
        "counts once in their sum (`Pss` of `/proc/PID/smaps_rollup`); the files of libraries are in it.",
        "",
        *memory,
        "",
        machine("numpy", "torch", "pytest") + ".",
    ]
    print("\n".join(lines))
    write_section(arguments.page, "overhead", "\n".join(lines))


def measure(accounts: Accounts, course: Course, engine: Engine, count: int) -> tuple[dict[str, Spent], list[float]]:
    """Processor time of a right and of an all-wrong submission; memory of sandbox, sandbox in use, judge, command."""
    week = course.assignment(toy.WEEK)
    with Grader(course, week, engine) as grader:
        right, wrong = toy.submission(), toy.submission(wrong=True)
        scores = grader.grade(right).score, grader.grade(wrong).score
        if scores != (toy.QUESTIONS * toy.TESTS, 0):
            raise SystemExit(f"the right submission earns {scores[0]}, the wrong one {scores[1]}")
        spent = {
            "right": accounts.mean(grader, lambda: grader.grade(right), count),
            "all wrong": accounts.mean(grader, lambda: grader.grade(wrong), count),
        }
        (sandbox,) = supervisors_of(grader)
        sizes = [memory_mb(sandbox)]
        with grader.finished_notebook(right):
            sizes.append(memory_mb(sandbox))
        sizes += [memory_mb(judge_of(grader)), memory_mb(os.getpid(), below=False)]
    return spent, sizes


if __name__ == "__main__":
    main()

"""`nbgrader autograde` with our preprocessor beside stock nbgrader, on the same class of submissions.

Both courses are built in a temporary folder: ours as it stands, and a stock one whose grade cells run
the same hidden tests in the notebook's own kernel. The runs alternate, so that a machine which slows
down or speeds up does so for both. Writes a section of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograder.course import load_course
from autograder.sandbox.choice import get_engine
from tests.bench.courses import REPOSITORY, build_ours, build_stock, make_class, scores, stock_environment
from tests.bench.machine import machine
from tests.bench.meter import Measured, measure
from tests.bench.stock_shim import SECRET
from tests.sections import write_section

WEEK = "week1_numpy"
LEFT_OUT = frozenset({"q1_4/two_loops", "q1_5/loops_over_pairs", "q1_4/broadcasts_all_differences"})
"""Mutants (question/name) that take seconds, or gigabytes that only our side refuses: what they cost hides the rest."""


def options(text: str | None, submissions: int, engine: str, page: str) -> argparse.ArgumentParser:
    """What a benchmark of two sides asks, with its own defaults; ``page`` is in docs/."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=submissions)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side, in turn")
    parser.add_argument("--engine", default=engine)
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / page)
    return parser


def environment(engine: str) -> dict[str, str]:
    """For the commands that are measured: this environment's programs, the engine, one secret for all."""
    return {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
        "AUTOGRADER_ENGINE": engine,
        "AUTOGRADER_COURSE_SECRET": SECRET,
    }


def main(argv: Sequence[str] | None = None) -> int:
    arguments = options(__doc__, submissions=40, engine="auto", page="benchmarks.md").parse_args(argv)

    assignment = load_course(REPOSITORY).assignment(WEEK)
    students = make_class(assignment, arguments.submissions, LEFT_OUT)
    env = environment(arguments.engine)
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        ours, stock = Path(folder) / "ours", Path(folder) / "stock"
        say("building both courses")
        build_ours(ours, assignment, students, env)
        stock_env = stock_environment(stock, env)
        build_stock(stock, assignment, students, stock_env)
        runs: dict[str, list[Measured]] = {"stock": [], "ours": [], "again": []}
        for number in range(arguments.rounds):
            for side, root, side_env in (("stock", stock, stock_env), ("ours", ours, env)):
                fresh = Path(folder) / f"{side}-{number}"
                shutil.copytree(root, fresh, symlinks=True)
                runs[side].append(autograde(fresh, side_env, side, number))
                if side == "ours":
                    runs["again"].append(autograde(fresh, side_env, "again", number, "--force"))
        last = arguments.rounds - 1
        differing = compare(
            scores(Path(folder) / f"ours-{last}" / "course" / "gradebook.db"),
            scores(Path(folder) / f"stock-{last}" / "gradebook.db"),
        )
    text = render(runs, arguments.submissions, get_engine(arguments.engine).name, differing)
    print(text)
    write_section(arguments.page, "autograde", text)
    return 0


def autograde(root: Path, env: dict[str, str], side: str, number: int, *options: str) -> Measured:
    measured = measure([sys.executable, "-m", "nbgrader", "autograde", WEEK, *options], root, env)
    if measured.status != 0:
        raise SystemExit(f"{side}: nbgrader autograde ended with {measured.status}:\n{measured.output[-3000:]}")
    say(f"round {number + 1}, {side}: {measured.seconds:.1f} s, {measured.cpu_seconds:.1f} CPU-s")
    return measured


def compare(ours: dict[tuple[str, str], float], stock: dict[tuple[str, str], float]) -> list[str]:
    """Grades that differ: the two sides are to do the same work."""
    return [
        f"{student} {cell}: {ours.get((student, cell))} here, {score} there"
        for (student, cell), score in sorted(stock.items())
        if abs(ours.get((student, cell), -1.0) - score) > 0.01
    ]


def render(runs: dict[str, list[Measured]], submissions: int, engine: str, differing: list[str]) -> str:
    """The section: medians over the rounds, their range, and ratios."""
    names = {
        "stock": "stock nbgrader",
        "ours": f"this grader ({engine})",
        "again": "this grader, nothing changed (`--force`)",
    }
    lines = [
        f"`nbgrader autograde {WEEK}` on {submissions} submissions, by `make bench`. In each a question is answered by",
        "the reference, by a right answer in another style or by a known-wrong one. Both sides run the same hidden",
        "tests on the same notebooks; stock nbgrader runs them inside of each notebook's own kernel.",
        "Known-wrong answers that take seconds or gigabytes are left out.",
        f"Median of {len(runs['ours'])} alternating runs (least to most).",
        "",
        "| | submissions a minute | CPU-seconds a submission | peak memory, MB |",
        "| --- | --- | --- | --- |",
    ]
    for side, name in names.items():
        rate = [60 * submissions / run.seconds for run in runs[side]]
        cpu = [run.cpu_seconds / submissions for run in runs[side]]
        memory = [run.memory_mb for run in runs[side] if run.memory_mb is not None]
        lines.append(
            f"| {name} | {spread(rate, 0)} | {spread(cpu, 3)} | {spread(memory, 0) if memory else 'not measured'} |"
        )
    speed = ratio([run.seconds for run in runs["stock"]], [run.seconds for run in runs["ours"]])
    thrift = ratio([run.cpu_seconds for run in runs["stock"]], [run.cpu_seconds for run in runs["ours"]])
    lines += [
        "",
        f"Ratio to stock, run by run: {speed} times the throughput, {thrift} times less processor time.",
        "",
        "The figures hold the start of nbgrader itself and of the containers. Processor time and memory (anonymous "
        f"memory, sampled) are measured by {runs['ours'][0].source}, containers included.",
    ]
    if differing:
        lines += ["", f"{len(differing)} grades differ between the two sides:", ""]
        lines += [f"* {text}" for text in differing]
    else:
        lines += ["", "Both sides give the same grades."]
    lines += ["", machine("nbgrader", "nbconvert", "ipykernel", "numpy", "pytest") + "."]
    return "\n".join(lines)


def spread(values: list[float], digits: int) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def ratio(ours: list[float], theirs: list[float]) -> str:
    return spread([a / b for a, b in zip(ours, theirs, strict=True)], 1)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

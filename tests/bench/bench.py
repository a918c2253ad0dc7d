"""A class graded by stock nbgrader, by `otter run` and by ours: throughput, processor time, latency, memory.

    python -m tests.bench.bench --weeks week1_numpy --submissions 100 --peers 100 --rounds 3

All sides run the same notebooks and the same hidden tests; in the first round their scores are compared, and a
difference ends the run. The runs take turns, so that a machine which slows down or speeds up does so for all. The peers
live in environments of their own (tests/bench/peers.py). Writes a section of docs/benchmarks.md for each week, and
the service times that `python -m tests.bench.scaling` reads.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograder.cluster import available_processors
from autograder.course import Assignment, load_course
from autograder.sandbox.choice import get_engine
from tests.bench import service_times, sides
from tests.bench.courses import (
    REPOSITORY,
    SECRET,
    build_otter,
    build_ours,
    build_shim,
    build_stock,
    hand_in,
    make_class,
)
from tests.bench.machine import machine
from tests.bench.peers import environment_of, python_of
from tests.bench.sides import Run
from tests.sections import write_section

WEEK = "week1_numpy"
WITHOUT = {"week6_cnn": ("q6_6", "q6_7")}
"""Questions that train networks: nothing is asked about them here, their training would hide the rest."""

TITLES = {
    "stock": "stock nbgrader",
    "otter": "`otter run`",
    "autograde": "`nbgrader autograde`, this grader",
    "again": "the same again, nothing changed (`--force`)",
    "grade": "`autograder grade`",
    "floor": "floor: cells and tests in one bare process",
}


def options(text: str | None, submissions: int, engine: str, page: str) -> argparse.ArgumentParser:
    """What a benchmark of several sides asks, with its own defaults; ``page`` is in docs/."""
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
    parser = options(__doc__, submissions=40, engine="auto", page="benchmarks.md")
    parser.add_argument("--weeks", nargs="+", default=[WEEK])
    parser.add_argument("--peers", type=int, help="the peers grade only so many of them; default all")
    parser.add_argument("--only", nargs="+", choices=TITLES, default=list(TITLES), help="only these sides")
    arguments = parser.parse_args(argv)
    for name in arguments.weeks:
        with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
            one_week(Path(folder), name, arguments)
    return 0


def one_week(folder: Path, name: str, arguments: argparse.Namespace) -> None:
    """Measure a week and write its section."""
    say(f"{name}: building the courses")
    week, sides_of_round = build(folder, name, arguments)
    runs: dict[str, list[Run]] = {side: [] for side in arguments.only}
    for number in range(arguments.rounds):
        for side, run in sides_of_round(number):
            runs[side].append(run)
            say(f"round {number + 1}, {side}: {run.measured.seconds:.1f} s, {run.measured.cpu_seconds:.1f} CPU-s")
        compare({side: done[-1] for side, done in runs.items()})
    engine = get_engine(arguments.engine).name
    text = render(week, runs, engine)
    print(text)
    write_section(arguments.page, f"peers-{name}", text)
    if "grade" in runs:
        seconds = [one for run in runs["grade"] for one in run.latencies]
        service_times.keep(arguments.page.parent, name, seconds, engine)


def build(
    folder: Path, name: str, arguments: argparse.Namespace
) -> tuple[Assignment, Callable[[int], Iterator[tuple[str, Run]]]]:
    """The courses in ``folder``; the week, and what runs every side once."""
    count, few = arguments.submissions, min(arguments.submissions, arguments.peers or arguments.submissions)
    original = load_course(REPOSITORY).assignment(name)
    without = WITHOUT.get(name, ())
    students = make_class(original, count, without)
    first = dict(list(students.items())[:few])
    env = environment(arguments.engine)
    week = build_ours(folder / "ours", original, students, env, without)
    build_shim(folder / "shim", week)
    submitted = folder / "ours" / "course" / "submitted"
    hand_in(folder / "ours" / "assignments" / name, folder / "few", week, first)
    extra = ("torch",) if any(module.split(".")[0] == "torch" for module in week.imports) else ()
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    bare = {**environment_of(Path(sys.executable), folder / "shim", SECRET), **one_thread}
    prepared: dict[str, Callable[[Path, Path], Run]] = {}
    if "stock" in arguments.only:
        nbgrader = python_of("nbgrader", extra)
        peer = environment_of(nbgrader, folder / "shim", SECRET)
        build_stock(folder / "stock", week, first, peer, str(nbgrader))
        prepared["stock"] = lambda root, _ours: sides.stock(root, week, peer, few, nbgrader)
    if "otter" in arguments.only:
        python = python_of("otter", extra)
        other = environment_of(python, folder / "shim", SECRET)
        build_otter(folder / "otter", week, folder / "ours")
        prepared["otter"] = lambda root, _ours: sides.otter(root, week, other, folder / "few", python)
    prepared["autograde"] = lambda _root, ours: sides.autograde(ours, week, env, count)
    prepared["again"] = lambda _root, ours: sides.autograde(ours, week, env, count, "--force")
    prepared["grade"] = lambda root, _ours: sides.grade(root, week, env, count)
    prepared["floor"] = lambda root, _ours: sides.floor(root, week, bare, submitted, folder / "shim")
    source = {"stock": "stock", "otter": "otter", "grade": "ours"}

    def once(number: int) -> Iterator[tuple[str, Run]]:
        ours = folder / f"autograde-{number}"
        for side in arguments.only:
            root = folder / f"{side}-{number}"
            if side == "again":
                root = ours
            elif side == "floor":
                root.mkdir()
            else:
                shutil.copytree(folder / source.get(side, "ours"), root, symlinks=True)
            yield side, prepared[side](root, ours)

    return week, once


def compare(last: dict[str, Run]) -> None:
    """All sides are to do the same work.

    Raises
    ------
    SystemExit
        Naming each score in which two sides differ.
    """
    base, *others = last
    found = [
        f"{base} and {other}: {text}"
        for other in others
        for text in sides.differences(last[base].scores, last[other].scores)
    ]
    unlike = [side for side in others if not set(last[side].scores) & set(last[base].scores)]
    if found or unlike:
        raise SystemExit("\n".join(["the sides give different scores:", *found, *(f"{s}: no score" for s in unlike)]))


def render(week: Assignment, runs: dict[str, list[Run]], engine: str) -> str:
    """The section: medians over the rounds, their range, and ratios."""
    (rounds,) = {len(of_one) for of_one in runs.values()}
    counts = {side: of_one[0].submissions for side, of_one in runs.items()}
    most = max(counts.values())
    without = WITHOUT.get(week.name, ())
    lines = [
        f"`{week.name}`, {most} submissions, engine {engine}. In each a question is answered by the reference, by a",
        "right answer in another style or by a known-wrong one. All sides run the same hidden tests on the same",
        "notebooks and give the same scores; the peers run them in the notebook's own kernel.",
    ]
    if without:
        lines.append(f"Nothing is asked about {', '.join(without)}: they train networks.")
    if fewer := [side for side, count in counts.items() if count < most]:
        names = " and ".join(TITLES[side] for side in fewer)
        lines.append(f"{names} graded the first {counts[fewer[0]]} of them.")
    lines += [
        f"Median of {rounds} {'rounds' if rounds > 1 else 'round'} in turn (least to most).",
        "",
        "| | submissions a minute | CPU-seconds a submission | latency p50, s | p95, s | peak memory, MB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for side, of_one in runs.items():
        memory = [run.measured.memory_mb for run in of_one if run.measured.memory_mb is not None]
        latencies = [seconds for run in of_one for seconds in run.latencies]
        p50, p95 = (f"{sides.percentile(latencies, share):.2f}" if latencies else "" for share in (0.5, 0.95))
        lines.append(
            f"| {TITLES[side]} | {spread([run.per_minute for run in of_one], 0)} "
            f"| {spread([run.cpu_seconds for run in of_one], 3)} | {p50} | {p95} "
            f"| {spread(memory, 0) if memory else 'not measured'} |"
        )
    lines += ["", *ratios(runs), "", *bound(runs)]
    lines += [
        "The figures hold the start of each command and of the sandboxes. `otter run` is a command for each",
        "submission, one after another; stock nbgrader grades one after another too, ours on all processors. Latency:",
        "from when work on a submission begins until it is graded. Memory: anonymous, each page counted once, sampled.",
        "Measured by "
        f"{next(iter(runs.values()))[0].measured.source}, containers included.",
        "",
        machine("nbgrader", "otter-grader", "nbconvert", "ipykernel", "numpy", "pytest") + ".",
    ]
    return "\n".join(lines)


def ratios(runs: dict[str, list[Run]]) -> list[str]:
    """A table: each of ours to each peer and to the floor, round by round."""
    others = [side for side in ("stock", "otter", "floor") if side in runs]
    ours = [side for side in ("autograde", "grade") if side in runs]
    if not others or not ours:
        return []
    lines = [
        "| ratio, round by round | throughput | processor time a submission | median latency |",
        "| --- | --- | --- | --- |",
    ]
    for side in ours:
        for other in others:
            pairs = list(zip(runs[side], runs[other], strict=True))
            faster = [a.per_minute / b.per_minute for a, b in pairs]
            thrift = [b.cpu_seconds / a.cpu_seconds for a, b in pairs]
            sooner = [statistics.median(b.latencies) / statistics.median(a.latencies) for a, b in pairs]
            digits = 2 if other == "floor" else 1
            lines.append(
                f"| {TITLES[side]} to {TITLES[other]} | {spread(faster, digits)} × | {spread(thrift, digits)} × less "
                f"| {spread(sooner, digits)} × less |"
            )
    return lines


def bound(runs: dict[str, list[Run]]) -> list[str]:
    """How far any grader could get here: the floor on every processor, and nbgrader's own part, which is not ours."""
    if not {"stock", "again", "floor"} <= set(runs):
        return []
    floor, own = (statistics.median(run.cpu_seconds for run in runs[side]) for side in ("floor", "again"))
    stock = statistics.median(run.per_minute for run in runs["stock"])
    most, with_nbgrader = (available_processors() * 60 / used / stock for used in (floor, floor + own))
    return [
        f"The floor on all processors would be {most:.1f} × stock nbgrader, and {with_nbgrader:.1f} × with what is not",
        "graded (the row of `--force`) beside it. Sandboxes, the wire, pytest and drawn figures come on top.",
        "",
    ]


def spread(values: list[float], digits: int) -> str:
    """Median (least to most)."""
    text = f"{statistics.median(values):.{digits}f}"
    return text if len(values) == 1 else f"{text} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

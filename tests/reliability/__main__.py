"""``python -m tests.reliability``: kill, lock, fill and stop what a run needs, run it again, and compare the grades.

Only parts that are real: processes get a SIGKILL, a database is locked by another process, a small disk is full. See
docs/reliability.md, whose figures ``--write`` writes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.bench.machine import machine
from tests.reliability import course
from tests.reliability.outcome import Wrong
from tests.reliability.runs import Run
from tests.reliability.sections import SECTIONS, Place, missing
from tests.sections import write_section

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
NAMES = {
    "guest": "a process of the student's (notebook or test)",
    "supervisor": "supervisor of a sandbox",
    "launcher": "bubblewrap's process outside of the sandbox",
    "container": "container (`docker kill`)",
    "judge": "judge (server or fork)",
    "main": "the command itself",
    "worker": "`autograder worker`",
    "scheduler": "dask's scheduler",
    "service": "the service",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of all dice")
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=1, help="this many times as many kills and outages")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="one kind of fault; may be given again")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    begin, runs, wrong = time.monotonic(), [], []
    absent = {name: why for name in options.only or SECTIONS if (why := missing(name))}
    with tempfile.TemporaryDirectory(prefix="reliability-", ignore_cleanup_errors=True) as folder:
        template = course.build(Path(folder) / "template", options.students)
        place = Place(Path(folder), template, options.seed, options.repeat)
        for name in options.only or SECTIONS:
            if name in absent:
                print(f"{name}: not tried: {absent[name]}", flush=True)
                continue
            try:
                for run in SECTIONS[name](place):
                    runs.append(run)
                    print(f"{time.monotonic() - begin:5.0f} s  {_line(run)}", flush=True)
            except Wrong as error:
                wrong.append(f"{name}: {error}")
                print(f"WRONG  {wrong[-1]}", flush=True)
    text = report(runs, wrong, absent, options.seed, options.students, time.monotonic() - begin)
    print(text)
    if options.write:
        write_section(PAGE, "figures", text)
    return 1 if wrong else 0


def report(
    runs: list[Run], wrong: list[str], absent: dict[str, str], seed: int, students: int, seconds: float
) -> str:
    """The figures, as markdown."""
    kills = sum((run.kills for run in runs), Counter())
    lines = [
        f"{machine('nbgrader', 'distributed', 'SQLAlchemy')}; seed {seed}, {students} submissions a run, "
        f"{seconds / 60:.0f} minutes in all.",
        "",
        f"**{sum(kills.values())} kills in {sum(bool(run.kills) for run in runs)} runs, "
        f"{sum(not run.kills for run in runs)} runs with another fault: "
        f"{len(wrong)} runs with a grade that is missing, double or another one.**",
        "",
        "| killed | times |",
        "| --- | ---: |",
        *(f"| {NAMES[kind]} | {kills[kind]} |" for kind in NAMES if kills[kind]),
        "",
        "| fault | runs | needed a second command | commands a run | released by staff | lost, s a run |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for fault in dict.fromkeys(run.fault for run in runs):
        same = [run for run in runs if run.fault == fault]
        lines.append(
            f"| {fault} | {len(same)} | {sum(run.commands > 1 for run in same)} "
            f"| {sum(run.commands for run in same) / len(same):.1f} | {sum(run.released for run in same)} "
            f"| {sum(run.lost for run in same) / len(same):.0f} |"
        )
    lines += ["", *(f"* WRONG: {text}" for text in wrong), *(f"* Not tried, {n}: {why}." for n, why in absent.items())]
    return "\n".join(lines).strip()


def _line(run: Run) -> str:
    kills = ", ".join(f"{count} {kind}" for kind, count in sorted(run.kills.items()))
    ends = ", ".join(f"{count} x {how}" for how, count in run.exits.items())
    return f"{run.fault}: {kills or 'an outage'}; {ends}; {run.lost:.0f} s lost"


if __name__ == "__main__":
    sys.exit(main())

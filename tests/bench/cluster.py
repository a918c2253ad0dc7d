"""`autograder grade` with a cluster of two workers beside the same command with two workers of its own.

All on one machine, so that the difference is what the way over dask costs. The runs alternate; each begins with cold
sandboxes and judges and an empty store, the workers having met their scheduler. Processor time is that of all their
processes from then on, by cgroup where this user may make one. Writes a section of docs/cluster.md.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import load_course
from autograder.store import Store
from tests.bench.bench import WEEK, environment, options, say, spread
from tests.bench.courses import REPOSITORY, build_ours, make_class
from tests.bench.machine import machine
from tests.bench.meter import Group
from tests.sections import write_section

READY_SECONDS = 120
QUIET = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false", "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s"}
"""What docs/cluster.md tells a scheduler."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = options(__doc__, submissions=100, engine="local", page="cluster.md")
    parser.add_argument("--week", default=WEEK)
    arguments = parser.parse_args(argv)

    assignment = load_course(REPOSITORY).assignment(arguments.week)
    students = make_class(assignment, arguments.submissions)
    env = {**environment(arguments.engine), "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "info"}
    runs: dict[str, list[Run]] = {"local": [], "cluster": []}
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        root = Path(folder) / "course"
        build_ours(root, assignment, students, env)
        for number in range(arguments.rounds):
            for side, done in runs.items():
                with own_group() as group, contextlib.ExitStack() as undo:
                    where = ["--workers", "2"]
                    if side == "cluster":
                        where = ["--cluster", undo.enter_context(cluster(env, group))]
                    done.append(grade(root, env, assignment.name, where, group))
                say(f"round {number + 1}, {side}: {done[-1].seconds:.1f} s, {done[-1].cpu_seconds} CPU-s")
    if runs["local"][-1].scores != runs["cluster"][-1].scores:
        raise SystemExit(f"the two give different scores: {runs['local'][-1].scores}, {runs['cluster'][-1].scores}")
    text = render(runs, assignment.name, arguments.submissions, arguments.engine)
    print(text)
    write_section(arguments.page, "throughput", text)
    return 0


@dataclass(frozen=True)
class Run:
    """``cpu_seconds`` is None where it could not be measured."""

    seconds: float
    cpu_seconds: float | None
    scores: dict[str, float]


@contextlib.contextmanager
def own_group() -> Iterator[Group | None]:
    """A cgroup for all processes of a run; None without the right to make one."""
    group = Group(f"bench-{os.getpid()}")
    try:
        group.make()
    except OSError:
        yield None
        return
    yield group
    group.remove()


def grade(root: Path, env: dict[str, str], week: str, options: list[str], group: Group | None) -> Run:
    """One run with an empty store."""
    results = root / "course" / "results.db"
    for path in results.parent.glob("results.db*"):
        path.unlink()
    command = [sys.executable, "-m", "autograder.cli", "grade", week, *options]
    start, before = time.monotonic(), group.cpu_seconds() if group else 0.0
    done = subprocess.run(
        command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        preexec_fn=group and group.enter,
    )  # fmt: skip
    seconds, used = time.monotonic() - start, group.cpu_seconds() - before if group else None
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: ended with {done.returncode}:\n{done.stderr[-2000:]}")
    with Store(f"sqlite:///{results}") as store:
        return Run(seconds, used, {result.student: result.score for result in store.results(week)})


@contextlib.contextmanager
def cluster(env: dict[str, str], group: Group | None) -> Iterator[str]:
    """A scheduler and two workers of one slot each; yields the address."""
    with contextlib.ExitStack() as undo:
        command = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        scheduler = start(undo, {**env, **QUIET}, group, *command)
        address = until(scheduler, r"Scheduler at:\s+(tcp://\S+)")
        command = ("autograder.cli", "worker", address, "--workers", "1")
        for worker in [start(undo, env, group, *command) for _ in range(2)]:
            until(worker, "(Registered to:)")
        yield address


def start(
    undo: contextlib.ExitStack, env: dict[str, str], group: Group | None, *command: str
) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-m", *command], stderr=subprocess.PIPE, bufsize=0, cwd="/", env=env,
        preexec_fn=group and group.enter,
    )  # fmt: skip
    undo.callback(process.stderr.close)
    undo.callback(process.wait)
    undo.callback(process.terminate)
    return process


def until(process: subprocess.Popen, pattern: str) -> str:
    """What the first line that matches says; raises SystemExit where none comes."""
    while select.select([process.stderr], [], [], READY_SECONDS)[0]:
        line = process.stderr.readline().decode()
        if found := re.search(pattern, line):
            return found[1]
        if not line:
            break
    raise SystemExit(f"{process.args}: did not start")


def render(runs: dict[str, list[Run]], week: str, submissions: int, engine: str) -> str:
    rates = {side: [60 * submissions / one.seconds for one in of_one] for side, of_one in runs.items()}
    cpu = {side: [one.cpu_seconds / submissions for one in of_one if one.cpu_seconds] for side, of_one in runs.items()}
    titles = {"local": "`--workers 2`", "cluster": "`--cluster`, 2 workers with one slot each"}
    ratio = [a / b for a, b in zip(rates["cluster"], rates["local"], strict=True)]
    return "\n".join([
        f"`autograder grade {week}` on {submissions} submissions, by `python -m tests.bench.cluster`, engine {engine},",
        f"on one machine. Median of {len(ratio)} alternating runs (least to most), each from cold sandboxes",
        "and judges; the same scores on both sides.",
        "",
        "| | submissions a minute | CPU-seconds a submission |",
        "| --- | --- | --- |",
        *(
            f"| {title} | {spread(rates[side], 0)} | {spread(cpu[side], 3) if cpu[side] else 'not measured'} |"
            for side, title in titles.items()
        ),
        "",
        f"Ratio, run by run: {spread(ratio, 2)}. {machine('distributed', 'numpy', 'pytest')}.",
    ])


if __name__ == "__main__":
    sys.exit(main())

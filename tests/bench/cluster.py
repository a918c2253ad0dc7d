"""`autograder grade` with a cluster of two workers beside the same command with two workers of its own.

All on one machine, so that the difference is what the way over dask costs. The runs alternate; each begins with cold
sandboxes and judges and an empty store, the workers having met their scheduler. Writes a section of docs/cluster.md.
"""

from __future__ import annotations

import contextlib
import re
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course import load_course
from autograder.store import Store
from tests.bench.bench import LEFT_OUT, WEEK, environment, options, say, spread
from tests.bench.courses import REPOSITORY, build_ours, make_class
from tests.bench.machine import machine
from tests.sections import write_section

READY_SECONDS = 120


def main(argv: Sequence[str] | None = None) -> int:
    arguments = options(__doc__, submissions=100, engine="local", page="cluster.md").parse_args(argv)

    assignment = load_course(REPOSITORY).assignment(WEEK)
    students = make_class(assignment, arguments.submissions, LEFT_OUT)
    env = {**environment(arguments.engine), "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "info"}
    seconds: dict[str, list[float]] = {"local": [], "cluster": []}
    scores: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        root = Path(folder) / "course"
        build_ours(root, assignment, students, env)
        for number in range(arguments.rounds):
            for side in seconds:
                with cluster(env) if side == "cluster" else contextlib.nullcontext("") as address:
                    took, scores[side] = grade(root, env, ["--cluster", address] if address else ["--workers", "2"])
                seconds[side].append(took)
                say(f"round {number + 1}, {side}: {took:.1f} s")
    if scores["local"] != scores["cluster"]:
        raise SystemExit(f"the two give different scores: {scores}")
    text = render(seconds, arguments.submissions, arguments.engine)
    print(text)
    write_section(arguments.page, "throughput", text)
    return 0


def grade(root: Path, env: dict[str, str], options: list[str]) -> tuple[float, dict[str, float]]:
    """Wall time of one run with an empty store, and the scores."""
    results = root / "course" / "results.db"
    for path in results.parent.glob("results.db*"):
        path.unlink()
    command = [sys.executable, "-m", "autograder.cli", "grade", WEEK, *options]
    start = time.monotonic()
    done = subprocess.run(command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: ended with {done.returncode}:\n{done.stderr[-2000:]}")
    with Store(f"sqlite:///{results}") as store:
        return seconds, {result.student: result.score for result in store.results(WEEK)}


@contextlib.contextmanager
def cluster(env: dict[str, str]) -> Iterator[str]:
    """A scheduler and two workers of one slot each; yields the address."""
    with contextlib.ExitStack() as undo:
        scheduler = start(undo, env, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        address = until(scheduler, r"Scheduler at:\s+(tcp://\S+)")
        for worker in [start(undo, env, "autograder.cli", "worker", address, "--workers", "1") for _ in range(2)]:
            until(worker, "(Registered to:)")
        yield address


def start(undo: contextlib.ExitStack, env: dict[str, str], *command: str) -> subprocess.Popen:
    process = subprocess.Popen([sys.executable, "-m", *command], stderr=subprocess.PIPE, bufsize=0, cwd="/", env=env)
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


def render(seconds: dict[str, list[float]], submissions: int, engine: str) -> str:
    rates = {side: [60 * submissions / one for one in found] for side, found in seconds.items()}
    return "\n".join([
        f"`autograder grade {WEEK}` on {submissions} submissions, by `python -m tests.bench.cluster`, engine {engine},",
        f"on one machine. Median of {len(seconds['local'])} alternating runs (least to most), each from cold sandboxes",
        "and judges; the same scores on both sides.",
        "",
        "| | submissions a minute |",
        "| --- | --- |",
        f"| `--workers 2` | {spread(rates['local'], 0)} |",
        f"| `--cluster`, 2 workers with one slot each | {spread(rates['cluster'], 0)} |",
        "",
        f"Ratio, run by run: {ratio_of(rates)}. {machine('distributed', 'numpy', 'pytest')}.",
    ])


def ratio_of(rates: dict[str, list[float]]) -> str:
    return spread([a / b for a, b in zip(rates["cluster"], rates["local"], strict=True)], 2)


if __name__ == "__main__":
    sys.exit(main())

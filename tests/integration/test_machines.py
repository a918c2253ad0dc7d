"""A cluster on this machine: a scheduler, and workers that have none of the course's files."""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from tiny_course import WEEK, submission, write_course

from autograder.cluster import LocalPool
from autograder.errors import EngineUnavailable
from autograder.grading import Grader
from autograder.machines import grader as grader_module
from autograder.machines.grader import ClusterGrader
from autograder.store import Store
from tests.reliability.outcome import without_times

READY_SECONDS = 120
SETTINGS = {"DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "info", "AUTOGRADER_ENGINE": "plain"}


def until(process: subprocess.Popen, pattern: str) -> re.Match[str]:
    """Read what a process says until a line matches."""
    said = []
    while select.select([process.stderr], [], [], READY_SECONDS)[0]:
        line = process.stderr.readline().decode()
        said.append(line)
        if found := re.search(pattern, line):
            return found
        if not line:
            break
    raise AssertionError(f"{process.args}: did not say {pattern!r}: {''.join(said)[-2000:]}")


SCHEDULER = (
    "-c",
    "import sys; sys.modules['autograder'] = None; from distributed.cli.dask_scheduler import main; main()",
)
"""A scheduler that has nothing of the grader: the import fails there."""


def start(*command: str) -> subprocess.Popen:
    # unbuffered: select() knows nothing of lines that Python has read ahead
    command = [sys.executable, *command]
    return subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0, cwd="/", env={**os.environ, **SETTINGS})


def start_scheduler(port: int = 0) -> tuple[subprocess.Popen, str]:
    process = start(*SCHEDULER, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    return process, until(process, r"Scheduler at:\s+(tcp://\S+)")[1]


def start_workers(address: str, count: int) -> list[subprocess.Popen]:
    """The second one as dask's own launchers do."""
    ours = ("autograder.cli", "worker", address, "--engine", "plain", "--workers", "1")
    dasks = ("distributed.cli.dask_worker", address, "--preload", "autograder.machines.worker", "--resources", "cpu=1")
    started = [start("-m", *command) for command in (ours, (*dasks, "--nthreads", "1", "--no-nanny"))[:count]]
    for process in started:
        until(process, "Registered to:")
    return started


class Cluster:
    """A scheduler and two workers."""

    def __init__(self):
        scheduler, self.address = start_scheduler()
        self.processes = [scheduler, *start_workers(self.address, 2)]

    def lose_the_scheduler(self) -> None:
        """Kill it without a farewell; its workers end by themselves."""
        scheduler, *workers = self.processes
        scheduler.kill()
        for process in (scheduler, *workers):
            process.wait(60)
            process.stderr.close()
        self.processes = []

    def start_again(self) -> None:
        """At the same address."""
        scheduler, _ = start_scheduler(int(self.address.rpartition(":")[2]))
        self.processes = [scheduler, *start_workers(self.address, 1)]

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait(60)
            process.stderr.close()


@pytest.fixture(scope="module")
def cluster():
    with contextlib.closing(Cluster()) as found:
        yield found


HANDED_IN = {
    "ann": submission("ann"),
    "bob": submission("bob", q1="def one(x):\n    return x"),
    "eve": submission("eve", first="import os; os._exit(0)", q2="def two(x):\n    x *= 2\n    return x"),
}


def unpacked() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("autograder-week-*"))


def test_a_cluster_gives_the_results_of_this_machine_and_needs_no_file_of_the_course(cluster, tmp_path):
    course = write_course(tmp_path)
    week = course.assignment(WEEK)
    with Grader(course, week, "plain") as grader:
        expected = {who: grader.grade(one) for who, one in HANDED_IN.items()}
    with (
        Store(f"sqlite:///{tmp_path / 'r.db'}") as store,
        LocalPool(ClusterGrader(course, week, cluster.address), store) as pool,
    ):
        shutil.rmtree(tmp_path / "tests")
        shutil.rmtree(tmp_path / "solutions")
        for who, one in HANDED_IN.items():
            pool.submit(who, lambda one=one: one)
        found = {who: pool.result(who)[1] for who in HANDED_IN}
        assert {r.student for r in store.results(WEEK)} == set(HANDED_IN)
    for who in HANDED_IN:
        assert without_times(found[who]) == without_times(expected[who]), who


def test_a_scheduler_that_was_lost_is_found_again_and_gets_the_job_once_more(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(grader_module, "CONNECT_SECONDS", 15.0)  # for so long it looks for the lost one itself
    course, before, waited = write_course(tmp_path), unpacked(), []

    def restart(seconds: float) -> None:
        if not waited:
            cluster.start_again()
        waited.append(seconds)

    with contextlib.closing(ClusterGrader(course, course.assignment(WEEK), cluster.address, wait=restart)) as grader:
        assert unpacked() - before and all(folder.stat().st_mode & 0o077 == 0 for folder in unpacked() - before)
        cluster.lose_the_scheduler()
        assert not unpacked() - before, "a worker that ends leaves no hidden suite behind"
        assert grader.grade(submission()).score == 12
    assert waited


def test_an_address_without_workers_or_without_a_scheduler_is_named(tmp_path, monkeypatch):
    course = write_course(tmp_path)
    scheduler, address = start_scheduler()
    with pytest.raises(EngineUnavailable, match=f"no worker.*autograder worker {address}"):
        ClusterGrader(course, course.assignment(WEEK), address)
    scheduler.kill()
    scheduler.wait(30)
    scheduler.stderr.close()
    monkeypatch.setattr(grader_module, "CONNECT_SECONDS", 1.0)
    with pytest.raises(EngineUnavailable, match="no scheduler answers"):
        ClusterGrader(course, course.assignment(WEEK), address)

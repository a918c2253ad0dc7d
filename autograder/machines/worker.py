"""A worker of a cluster: takes jobs from a scheduler, and grades them in warm sandboxes of its own.

Student code never enters this process: it runs in sandboxes, as with one machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dask
from distributed import Worker, WorkerPlugin, get_worker

from autograder.course import load_course
from autograder.errors import EngineUnavailable
from autograder.grading import Grader
from autograder.machines.week import Week
from autograder.records import Result, Submission
from autograder.sandbox.choice import get_engine

CPU, GPU = "cpu", "GPU"
"""Resources: a job needs one of the first, or one of the second where its week may use a card and a worker has one."""

WEEKS = 2
"""So many weeks are kept warm; the one that was used least recently makes room."""

CONNECT_SECONDS = 60

QUIET = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
}
"""Dask looks at itself up to a hundred times a second: two per cent of a processor a worker, for figures that nobody
reads here."""


@dataclass
class _Kept:
    grader: Grader
    folder: Path
    users: int = 0


class House(WorkerPlugin):
    """The graders of a worker, by the week as it was sent; may be asked from several threads."""

    name = "autograder"

    def __init__(self, engine: str):
        self._engine = get_engine(engine)
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def grader(self, week: Week) -> Iterator[Grader]:
        """The grader of a week, made with its first job."""
        with self._lock:
            kept = self._kept.pop(week.digest, None) or self._make(week)
            self._kept[week.digest] = kept  # now the newest
            kept.users += 1
            self._make_room()
        try:
            yield kept.grader
        finally:
            with self._lock:
                kept.users -= 1

    def teardown(self, worker: Worker) -> None:
        with self._lock:
            for kept in self._kept.values():
                _close(kept)
            self._kept.clear()

    def _make(self, week: Week) -> _Kept:
        folder = Path(tempfile.mkdtemp(prefix="autograder-week-"))
        try:
            week.unpack(folder)
            course = load_course(folder)
            grader = Grader(course, course.assignment(week.name), self._engine, week.secret)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return _Kept(grader, folder)

    def _make_room(self) -> None:
        unused = [digest for digest, kept in self._kept.items() if not kept.users]
        for digest in unused[: max(0, len(self._kept) - WEEKS)]:
            _close(self._kept.pop(digest))


def grade_here(week: Week, submission: Submission, before: str | None) -> str:
    """Runs on a worker: a submission's result, as JSON."""
    with _house().grader(week) as grader:
        return grader.grade(submission, before=None if before is None else Result.from_json(before)).to_json()


def image_here(week: Week, submission: Submission) -> str:
    """Runs on a worker: what student code runs in there."""
    with _house().grader(week) as grader:
        return grader.digests(submission).image


def run_worker(address: str, engine: str, slots: int, gpu: bool) -> None:
    """Serve a scheduler until it goes away or this is interrupted.

    Raises
    ------
    EngineUnavailable
        If no scheduler answers, or no engine works here.
    """
    house = House(engine)  # says at once what is missing here
    resources = {GPU: 1} if gpu else {CPU: slots}

    async def serve() -> None:
        worker = Worker(
            address,
            nthreads=1 if gpu else slots,
            resources=resources,
            memory_limit=0,  # what grading needs is in the sandboxes, which have limits of their own
            death_timeout=CONNECT_SECONDS,
            plugins=(house,),
            local_directory=tempfile.gettempdir(),
            dashboard=False,
        )
        async with worker:
            # a batch system ends its jobs so; what was unpacked here holds the hidden suites
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.loop.add_callback, worker.close)
            await worker.finished()

    try:
        with dask.config.set(QUIET):
            asyncio.run(serve())
    except (OSError, TimeoutError) as error:
        raise EngineUnavailable(f"{address}: no scheduler answers ({error}). Start one: dask scheduler") from error


async def dask_setup(worker: Worker) -> None:
    """For dask's own launchers: ``dask worker ADDRESS --preload autograder.machines.worker --resources cpu=4``."""
    await worker.plugin_add(House("auto"))


def _house() -> House:
    house = get_worker().plugins.get(House.name)
    if house is None:
        raise EngineUnavailable("a worker of the cluster was not started by `autograder worker`, nor with its preload.")
    return house


def _close(kept: _Kept) -> None:
    kept.grader.close()
    shutil.rmtree(kept.folder, ignore_errors=True)

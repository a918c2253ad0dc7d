"""Many submissions: a pool of threads, each of which grades one submission at a time in its own sandbox.

The pool is asked in the order in which it was fed (nbgrader's loop is serial), and it runs only so far ahead
that the results that wait to be fetched stay few. Threads are enough: the work is done in the sandboxes.
"""

from __future__ import annotations

import atexit
import dataclasses
import gc
import importlib
import os
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Protocol

from autograder.course import SERVICE_VARIABLE, Assignment, Course
from autograder.errors import CourseError, EngineUnavailable, GraderError, InfrastructureError, Quarantined
from autograder.grading import Grader
from autograder.records import Digests, Result, Submission, Times, now
from autograder.store import Results

WORKERS_VARIABLE = "AUTOGRADER_WORKERS"
CLUSTER_VARIABLE = "AUTOGRADER_CLUSTER"
"""Address of a scheduler, where submissions are graded on other machines."""

AHEAD = 200
"""How many submissions the pool may be ahead of the one that was fetched last."""

QUARANTINE = 3
"""After so many sandboxes that died with it in them, a submission waits until staff release it."""


# When Python ends, its collector looks at all that was ever loaded once more: 0.4 s of each command, for nothing.
atexit.register(gc.freeze)


class Cancelled(GraderError):
    """The pool was closed before this submission was graded."""


class Grading(Protocol):
    """What a pool needs of a grader, on this machine or on others."""

    def digests(self, submission: Submission) -> Digests: ...

    def grade(self, submission: Submission, *, before: Result | None = None) -> Result: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Progress:
    """How far a pool is: ``stored`` of the ``done`` came from the store."""

    total: int
    done: int
    stored: int
    failed: int


@dataclass
class _Job:
    source: Callable[[], Submission]
    asked: Times = field(default_factory=Times)
    finished: threading.Event = field(default_factory=threading.Event)
    submission: Submission | None = None
    result: Result | None = None
    error: BaseException | None = None
    started: bool = False


def make_grader(
    course: Course, assignment: Assignment, engine: str = "auto", cluster: str | None = None, priority: int = 0
) -> tuple[Grading, str]:
    """What grades an assignment, and its name in words: engines of this machine, a cluster, or a hub's service.

    ``cluster`` is a scheduler's address; default AUTOGRADER_CLUSTER, "" for none. The service is what
    AUTOGRADER_SERVICE names, where neither a cluster nor an engine is named.

    Raises
    ------
    CourseError, InfrastructureError
    """
    address = os.environ.get(CLUSTER_VARIABLE, "").strip() if cluster is None else cluster
    if address:
        return machines("grader").ClusterGrader(course, assignment, address, priority), address
    service = os.environ.get(SERVICE_VARIABLE, "").strip() if engine == "auto" else ""
    if service:
        from autograder.service_client import ServiceGrader

        return ServiceGrader(service, assignment), service
    grader = Grader(course, assignment, engine=engine)
    return grader, grader.engine.name


def machines(module: str) -> ModuleType:
    """A module of the room that speaks with other machines, whose library is not always installed.

    Raises
    ------
    EngineUnavailable
    """
    try:
        return importlib.import_module(f"autograder.machines.{module}")
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in ("distributed", "dask"):
            raise EngineUnavailable(
                "dask.distributed is not installed here. Run: pip install 'autograder[cluster]'"
            ) from error
        raise


def grade_stored(
    grader: Grading, store: Results, submission: Submission, asked: Times | None = None
) -> tuple[Result, bool]:
    """The stored result of a submission, or a new one that is stored at once; and whether it was stored before.

    A new one keeps what a stored result says of questions that have not changed since. ``asked`` says when it was
    requested and queued; default now.

    Raises
    ------
    Quarantined
        If so many sandboxes died with this submission in them that it is not tried again.
    Whatever grading it raises
    """
    asked = asked or Times(now(), now())
    digests = grader.digests(submission)
    key = submission.assignment, submission.notebook, submission.student, digests
    found = store.get(*key)
    if found is not None:
        return found, True
    deaths = store.deaths(*key)
    if deaths >= QUARANTINE:
        raise _quarantined(submission, deaths)
    try:
        result = grader.grade(submission, before=store.latest(*key))
    except InfrastructureError as error:
        if error.deaths:
            deaths = store.add_deaths(*key, error.deaths, str(error))
            if deaths >= QUARANTINE:
                raise _quarantined(submission, deaths) from error
        raise
    times = dataclasses.replace(result.times, requested=asked.requested, queued=asked.queued)
    return store.put(dataclasses.replace(result, times=times)), False


def _quarantined(submission: Submission, deaths: int) -> Quarantined:
    week, student = submission.assignment, submission.student
    return Quarantined(
        f"{student}, {week}: {deaths} sandboxes or judges died with this submission in them, so it is not tried again "
        f"by itself. Look at it; then run: autograder grade {week} --student {student} --retry-quarantined"
    )


class LocalPool:
    """Grades in background threads of this process.

    Parameters
    ----------
    grader : Grading
    store : Results
    workers : int, optional
        Submissions graded at once; default what keeps a cluster busy, else :func:`default_workers`.
    on_progress : callable, optional
        Called with a :class:`Progress` after each submission, from one thread at a time, before its result is given
        out: it must not wait for one.
    """

    def __init__(
        self,
        grader: Grading,
        store: Results,
        workers: int | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ):
        self.grader = grader
        self.store = store
        self.workers = workers or getattr(grader, "at_once", 0) or default_workers()
        self._on_progress = on_progress
        self._requested = now()
        self._jobs: dict[Hashable, _Job] = {}
        self._order: list[Hashable] = []
        self._next = 0
        self._fetched = 0
        self._done = self._stored = self._failed = 0
        self._closed = False
        self._state = threading.Condition()
        self._reporting = threading.Lock()
        self._threads: list[threading.Thread] = []

    def submit(self, key: Hashable, source: Callable[[], Submission]) -> None:
        """Queue a submission; ``source`` makes it, in a thread of the pool, when its turn has come."""
        with self._state:
            if self._closed:
                raise Cancelled("the pool is closed")
            self._jobs[key] = _Job(source, Times(self._requested, now()))
            self._order.append(key)
            if len(self._threads) < min(self.workers, len(self._order)):
                # daemons: an interrupted command must not wait for a student's infinite loop
                thread = threading.Thread(target=self._work, name=f"grade-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._state.notify_all()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._jobs

    def result(self, key: Hashable) -> tuple[Submission, Result]:
        """Wait for a submission that was queued; each can be fetched once, in the order of queueing.

        Those queued before it that were never fetched are given up.

        Raises
        ------
        Whatever grading it raised; Cancelled
        """
        with self._state:
            job = self._jobs[key]
            place = self._order.index(key, self._fetched)
            for earlier in self._order[self._fetched : place]:
                self._jobs.pop(earlier, None)
            self._fetched = place
            self._state.notify_all()
        job.finished.wait()
        with self._state:
            self._jobs.pop(key, None)
        if job.error is not None:
            raise job.error
        assert job.submission is not None and job.result is not None
        return job.submission, job.result

    def grade(self, submission: Submission) -> Result:
        """Grade one submission now, in this thread."""
        return grade_stored(self.grader, self.store, submission)[0]

    @property
    def progress(self) -> Progress:
        return Progress(len(self._order), self._done, self._stored, self._failed)

    def close(self, wait: float = 5.0) -> None:
        """Give up what is not finished and end all sandboxes. What was finished is in the store."""
        with self._state:
            if self._closed:
                return
            self._closed = True
            unstarted = [job for job in self._jobs.values() if not job.started]
            self._state.notify_all()
        for job in unstarted:
            job.error = Cancelled("not graded: the run was ended")
            job.finished.set()
        self.grader.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(wait)

    def __enter__(self) -> LocalPool:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _work(self) -> None:
        while (job := self._take()) is not None:
            stored = False
            try:
                job.submission = job.source()
                job.result, stored = grade_stored(self.grader, self.store, job.submission, job.asked)
            except Exception as e:  # noqa: BLE001 - whoever fetches the result gets it, a bug too
                job.error = Cancelled("not graded: the run was ended") if self._closed else e
            with self._state:
                self._done += 1
                self._stored += stored
                self._failed += job.error is not None
            try:
                self._report()  # first: who has the last result may close the pool, and then nothing is told
            except Exception as e:  # noqa: BLE001 - whoever fetches the result gets this too; others wait for theirs
                job.error = job.error or e
            job.finished.set()

    def _take(self) -> _Job | None:
        """The next job; None when the pool is closed."""
        with self._state:
            while not self._closed:
                while self._next < len(self._order) and self._order[self._next] not in self._jobs:
                    self._next += 1  # given up
                if self._next < len(self._order) and self._next <= self._fetched + AHEAD:
                    job = self._jobs[self._order[self._next]]
                    self._next += 1
                    job.started = True
                    return job
                self._state.wait()
        return None

    def _report(self) -> None:
        if self._on_progress is not None and not self._closed:
            with self._reporting:
                self._on_progress(self.progress)


def default_workers() -> int:
    """How many submissions are graded at once: AUTOGRADER_WORKERS, else one a processor.

    Raises
    ------
    CourseError
        If the variable holds anything but a whole number above 0.
    """
    text = os.environ.get(WORKERS_VARIABLE, "").strip()
    if not text:
        return available_processors()
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise CourseError(f"{WORKERS_VARIABLE}: {text!r} is no whole number above 0. Set one, or unset it.")
    return int(text)


def available_processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_machine_fault(error: BaseException) -> bool:
    """Whether a submission stays ungraded for now, rather than getting a grade."""
    return isinstance(error, (InfrastructureError, Cancelled))

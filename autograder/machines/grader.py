"""Grades on a cluster: stands where :class:`autograder.grading.Grader` stands, and asks workers elsewhere.

The store, retries of a run and quarantine stay with the coordinator; a job is one submission, and its result comes back
as JSON. Nothing names a path.
"""

from __future__ import annotations

import pickle
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from distributed import Client, Future, KilledWorker
from distributed.client import ClosedClientError
from distributed.comm import CommClosedError
from distributed.scheduler import NoValidWorkerError, NoWorkerError

from autograder.backoff import Backoff
from autograder.course import Assignment, Course
from autograder.digests import seed_digest, suite_digest
from autograder.errors import EngineUnavailable, ImageStale, SandboxDied
from autograder.machines.job import run
from autograder.machines.week import pack
from autograder.machines.worker import CPU, GPU, grade_here, image_here
from autograder.records import Digests, Result, Submission

CONNECT_SECONDS = 20.0
BACKOFF = Backoff(tries=6, first=1.0, longest=30.0)
"""A scheduler that was lost is looked for again: its jobs are lost with it, and are sent once more."""

LOST = (CancelledError, CommClosedError, ClosedClientError, NoWorkerError, NoValidWorkerError)


@dataclass(frozen=True)
class _Link:
    """A connection, the week as it lies on the cluster, and what student code runs in there."""

    client: Client
    week: Future
    resource: str
    slots: int
    image: str

    def submit(self, function: Callable[..., Any], *arguments: Any, priority: int = 0, worker: str = "") -> Future:
        return self.client.submit(
            run,
            self.week,
            function.__name__,
            pickle.dumps(arguments),
            key=f"autograder-{uuid.uuid4().hex}",
            pure=False,
            priority=priority,
            resources={self.resource: 1},
            workers=[worker] if worker else None,
        )


class ClusterGrader:
    """Grades the submissions of one assignment on a cluster; may be called from several threads at once.

    Parameters
    ----------
    address : str
        Of a dask scheduler: ``tcp://host:8786``, or ``tls://``.
    priority : int
        Of its jobs among those of others on the same cluster; more comes first.
    wait : callable, optional
        Waits so many seconds before a lost scheduler is looked for again; default a wait that ends when this is closed.

    Raises
    ------
    EngineUnavailable
        If no scheduler answers, or it has no worker.
    ImageStale
        If its workers have different images.
    """

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        address: str,
        priority: int = 0,
        wait: Callable[[float], object] | None = None,
    ):
        self.course = course
        self.assignment = assignment
        self.engine = SimpleNamespace(name=address)
        self._address = address
        self._priority = priority
        self._week = pack(course, assignment)
        self._suite_digest = suite_digest(assignment)
        self._closed = threading.Event()
        self._wait = wait or self._closed.wait
        self._lock = threading.Lock()
        self._link: _Link | None = self._connect()

    @property
    def at_once(self) -> int:
        """Jobs that the cluster should have in hand, so that no worker of it waits for the next."""
        return 2 * self._linked().slots

    def digests(self, submission: Submission) -> Digests:
        """What the result of this submission depends on, besides who handed it in."""
        return Digests(
            submission.digest(), self._suite_digest, self._linked().image, seed_digest(self._week.secret)
        )

    def grade(self, submission: Submission, before: Result | None = None) -> Result:
        """Grade one submission; see :meth:`Grader.grade`.

        Raises
        ------
        SandboxDied
            If the scheduler was lost and did not come back, or workers died with this submission.
        ImageStale
            If a worker that came later has another image, or another version of the grader.
        Whatever grading it raised there
        """
        argument = None if before is None else before.to_json()
        for tries in range(1, BACKOFF.tries + 1):
            link = None
            try:
                link = self._linked()
                job = link.submit(grade_here, submission, argument, priority=self._priority)
                return self._checked(Result.from_json(job.result()), submission, link)
            except KilledWorker as error:
                died = SandboxDied(f"workers of the cluster died with this submission: {error}")
                died.deaths = 1 + error.allowed_failures
                raise died from error
            except (*LOST, EngineUnavailable) as error:
                if self._closed.is_set() or (isinstance(error, EngineUnavailable) and link is not None):
                    raise
                if tries == BACKOFF.tries:
                    raise SandboxDied(f"{self._address}: the cluster was lost ({error}).") from error
            self._drop(link)
            self._wait(BACKOFF.pause(tries))
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Give up what is not finished; workers stay, and stay warm."""
        self._closed.set()
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            link.client.close(timeout=5)

    def _checked(self, result: Result, submission: Submission, link: _Link) -> Result:
        wanted = Digests(submission.digest(), self._suite_digest, link.image, seed_digest(self._week.secret))
        if result.digests != wanted:
            raise ImageStale(
                f"a worker at {self._address} grades with another image or version than the others "
                f"({result.digests.image[:19]}, suite {result.digests.suite[:12]}). Bring its installation in line."
            )
        return result

    def _linked(self) -> _Link:
        with self._lock:
            if self._closed.is_set():
                raise EngineUnavailable("grading was stopped.")
            if self._link is None:
                self._link = self._connect()
            return self._link

    def _drop(self, link: _Link | None) -> None:
        """Forget a connection that was lost, unless another thread has made a new one already."""
        with self._lock:
            if link is None or self._link is not link:
                return
            self._link = None
        link.client.close(timeout=1)

    def _connect(self) -> _Link:
        try:
            client = Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise EngineUnavailable(
                f"{self._address}: no scheduler answers ({error}). Start one: dask scheduler; and workers: "
                f"autograder worker {self._address}"
            ) from error
        try:
            return self._look_around(client)
        except BaseException:
            client.close(timeout=5)
            raise

    def _look_around(self, client: Client) -> _Link:
        """Send the week, and ask each worker that may get its jobs what it runs them in."""
        workers = client.scheduler_info(n_workers=-1)["workers"]
        having = {kind: [w for w in workers if workers[w].get("resources", {}).get(kind)] for kind in (CPU, GPU)}
        kind = GPU if self.assignment.card is not None and having[GPU] else CPU
        if not having[kind]:
            raise EngineUnavailable(
                f"{self._address}: the scheduler has no worker for this. Start one: autograder worker {self._address}"
            )
        slots = int(sum(workers[w]["resources"][kind] for w in having[kind]))
        link = _Link(client, client.scatter(self._week, broadcast=True, hash=False), kind, slots, "")
        nobody = Submission(self.assignment.name, "", self.assignment.notebook, ())
        asked = {worker: link.submit(image_here, nobody, worker=worker) for worker in having[kind]}
        images = {worker: future.result() for worker, future in asked.items()}
        if len(set(images.values())) > 1:
            said = "; ".join(f"{worker}: {image[:19]}" for worker, image in sorted(images.items()))
            raise ImageStale(f"workers at {self._address} run student code in different images ({said}). Build one.")
        return _Link(client, link.week, kind, slots, next(iter(images.values())))

"""What waits to be graded: who waits for an answer before what staff have graded again, and nothing before its time."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

Job = Callable[[], object]

log = logging.getLogger("autograder.service")


class Queue:
    """Runs jobs in background threads.

    Parameters
    ----------
    workers : int
        Jobs that run at once; 0: none, and :meth:`take` is called by whoever tests this.
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, workers: int, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._number = itertools.count()
        self._ready: list[tuple[bool, int, Job]] = []
        self._later: list[tuple[float, int, bool, Job]] = []
        self._closed = False
        self._state = threading.Condition()  # of a lock that its holder may take again
        for number in range(workers):
            # daemons: the end of the service must not wait for a student's loop
            threading.Thread(target=self._work, name=f"grade-{number}", daemon=True).start()

    def put(self, job: Job, batch: bool = False, delay: float = 0.0) -> None:
        """Queue a job, in its order within its kind.

        Parameters
        ----------
        batch : bool
            Nobody sits and waits for it: it runs only when nothing else is ready.
        delay : float
            Seconds before which it is not ready.
        """
        with self._state:
            heapq.heappush(self._later, (self._clock() + delay, next(self._number), batch, job))
            self._state.notify()

    def take(self) -> tuple[Job | None, float | None]:
        """The next job that is ready; else the seconds until one will be, None where there is none."""
        with self._state:
            while self._later and self._later[0][0] <= self._clock():
                _, number, batch, job = heapq.heappop(self._later)
                heapq.heappush(self._ready, (batch, number, job))
            if self._ready:
                return heapq.heappop(self._ready)[2], None
            return None, self._later[0][0] - self._clock() if self._later else None

    def close(self) -> None:
        """Forget what waits; what runs goes on."""
        with self._state:
            self._closed = True
            self._ready, self._later = [], []
            self._state.notify_all()

    def _work(self) -> None:
        while True:
            with self._state:
                while not self._closed and (found := self.take())[0] is None:
                    self._state.wait(found[1])
                if self._closed:
                    return
            job = found[0]
            assert job is not None
            try:
                job()
            except Exception:  # a bug in one job must not end the thread for all that wait
                log.exception("a job of the queue has ended with an error")

"""Warm workers of one assignment: lent for a submission, taken back, and replaced in time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.errors import SandboxDied
from autograder.sandbox.engine import Engine, WorkerSpec
from autograder.sandbox.worker import Worker

SESSIONS_PER_WORKER = 200
"""A worker is replaced after so many submissions, whatever its state."""

GROWTH_MB = 64
"""And when its supervisor holds so much more memory of its own than when it was warm: every fork copies that."""


@dataclass
class _Record:
    """What a worker has done here; ``memory_mb`` is what its supervisor held when it was warm, None if unknown."""

    memory_mb: float | None
    served: int = 0


class WarmPool:
    """Lends workers, to several threads at once; makes one whenever none is idle.

    Parameters
    ----------
    engine : Engine
    spec : WorkerSpec
        Of every worker.
    isolation : {"session", "container"}
        What a submission has to itself: a process with a uid of its own, or a whole worker, thrown away afterwards.
    """

    def __init__(self, engine: Engine, spec: WorkerSpec, isolation: str = "session"):
        self._engine = engine
        self._spec = spec
        self._sessions = 1 if isolation == "container" else SESSIONS_PER_WORKER
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._open: dict[Worker, _Record] = {}
        self._closed = False

    @property
    def idle(self) -> tuple[Worker, ...]:
        """Workers that wait for a submission, the next to be lent last."""
        return tuple(self._idle)

    @property
    def open(self) -> tuple[Worker, ...]:
        """All workers that live, lent or idle."""
        return tuple(self._open)

    @contextlib.contextmanager
    def lend(self) -> Iterator[Worker]:
        """An idle worker, or a new one. One that met an error, or that was closed meanwhile, is not lent again.

        Raises
        ------
        SandboxDied
            If the pool was closed; and what :meth:`Engine.start_worker` raises.
        """
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None:
            worker = self._start()
        try:
            yield worker
        except BaseException:
            self._discard(worker)
            raise
        with self._lock:
            record = self._open.get(worker)
            again = record is not None and worker.usable and not self._is_worn(worker, record)
            if again:
                self._idle.append(worker)
        if not again:
            self._discard(worker)

    def close(self) -> None:
        """End every worker, the lent ones too."""
        with self._lock:
            self._closed = True
            workers, self._idle, self._open = list(self._open), [], {}
        for worker in workers:
            worker.close()

    def _start(self) -> Worker:
        if self._closed:
            raise SandboxDied("grading was stopped.")
        worker = self._engine.start_worker(self._spec)
        with self._lock:
            closed = self._closed
            if not closed:
                self._open[worker] = _Record(worker.memory_mb())
        if closed:
            worker.close()
            raise SandboxDied("grading was stopped while a worker started.")
        return worker

    def _is_worn(self, worker: Worker, record: _Record) -> bool:
        record.served += 1
        if record.served >= self._sessions:
            return True
        memory = worker.memory_mb()
        return memory is not None and record.memory_mb is not None and memory - record.memory_mb > GROWTH_MB

    def _discard(self, worker: Worker) -> None:
        with self._lock:
            self._open.pop(worker, None)
        worker.close()

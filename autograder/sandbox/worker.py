"""One warm sandbox, and the submission that is in it."""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import threading
import weakref
from abc import ABC, abstractmethod
from pathlib import Path

from autograder.errors import ImageStale, MemoryLimit, SandboxDied, SandboxDirty
from autograder.guest.digest import guest_digest
from autograder.records import Limits, Usage
from autograder.sandbox.control import Control, Ended, Hello
from autograder.sandbox.rendezvous import peer

_OWN = ("RssAnon:", "RssShmem:", "VmSwap:")
"""Lines of /proc/<pid>/status that together are the memory a process has to itself; libraries' files are shared."""

_workers: weakref.WeakSet[Worker] = weakref.WeakSet()


class Housing(ABC):
    """The container or process around a supervisor, as its engine holds it."""

    @abstractmethod
    def remove(self) -> None:
        """End and remove it, whatever state it is in; a second call does nothing."""

    def out_of_memory(self) -> bool:
        """True if the kernel ended it for want of memory."""
        return False


class Worker:
    """A supervisor that has said hello.

    Attributes
    ----------
    control : Control
    engine : str
        Name of the engine that made it.
    image_digest : str
    hello : Hello
    """

    def __init__(self, control: Control, hello: Hello, housing: Housing, engine: str, image_digest: str):
        self.control = control
        self.hello = hello
        self.engine = engine
        self.image_digest = image_digest
        self._housing = housing
        self._owner = os.getpid()
        self._closing = threading.Lock()
        self._closed = False
        _workers.add(self)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def usable(self) -> bool:
        """False once it was closed, by its owner or because something was left in it."""
        return not self._closed

    def open(self, limits: Limits) -> Session:
        """Begin a submission.

        Raises
        ------
        SandboxDied
            If the supervisor does not answer; the worker is closed then.
        """
        if self._closed:
            raise SandboxDied("this sandbox was closed; start another worker")
        try:
            channel = self.control.open(limits)
        except SandboxDied:
            self.close()
            raise
        return Session(self, channel)

    def close(self) -> None:
        """Remove the sandbox and all that is in it. A fork of the owner that calls this does nothing."""
        if os.getpid() != self._owner:
            return
        with self._closing:  # its pool, and who it was lent to
            if self._closed:
                return
            self._closed = True
        self.control.bye()
        self.control.close()
        self._housing.remove()

    def memory_mb(self) -> float | None:
        """Memory of the supervisor itself, in MiB, by this machine's kernel; None where its process cannot be seen."""
        with contextlib.suppress(OSError):
            pid, _ = peer(self.control.socket)
            lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines() if pid > 0 else []
            own = [int(line.split()[1]) for line in lines if line.startswith(_OWN)]
            return sum(own) / 1024 if own else None
        return None

    def explain_death(self, error: SandboxDied) -> SandboxDied | MemoryLimit:
        """The student's fault where the engine can tell that memory ran out, else the error itself."""
        if self._housing.out_of_memory():
            return MemoryLimit("the submission used up the memory of its whole sandbox")
        return error


class Session:
    """One submission in a worker.

    Attributes
    ----------
    channel : socket.socket
        Stream to the session's process, past the supervisor.
    control : Control
    ended : Ended or None
        What the supervisor said at the end.
    """

    def __init__(self, worker: Worker, channel: socket.socket):
        self.worker = worker
        self.channel = channel
        self.control = worker.control
        self.ended: Ended | None = None

    def end(self) -> Usage:
        """Kill, remove, verify.

        Raises
        ------
        SandboxDirty
            If something is left; the worker is closed then, and whoever needs one starts another.
        MemoryLimit
            If the whole sandbox was killed for memory.
        SandboxDied
            If the supervisor does not answer; the worker is closed then.
        """
        try:
            self.ended = self.control.end()
        except SandboxDied as error:
            explained = self.worker.explain_death(error)
            self.worker.close()
            raise explained from error
        finally:
            # Not before: at an end of file the session may leave by itself, and its memory unmeasured.
            self.channel.close()
        if not self.ended.clean:
            self.worker.close()
            left = "; ".join(f"{place}: {', '.join(names)}" for place, names in self.ended.left.items())
            raise SandboxDirty(f"a submission left something behind, and its sandbox was thrown away: {left}")
        return Usage(self.ended.cpu_seconds, self.ended.peak_memory_mb, self.ended.accounting)


def check_guest(hello: Hello, where: str, advice: str) -> None:
    """Refuse a supervisor that was built from other sources than ours.

    Raises
    ------
    ImageStale
    """
    ours = guest_digest()
    if hello.guest != ours:
        raise ImageStale(
            f"{where} holds another version of the guest ({hello.guest[:12]}) than this checkout ({ours[:12]}). "
            + advice
        )


@atexit.register
def _close_all() -> None:
    """Leave nothing running when the host process ends in an orderly way; else the supervisors see it end."""
    for worker in list(_workers):
        worker.close()

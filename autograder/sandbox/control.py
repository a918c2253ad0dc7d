"""Talking to a supervisor: one packet asks, one packet answers, and silence is an error.

The supervisor is trusted but may be starved, killed or wedged by what it holds, so every wait has the
host's own deadline.
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import SandboxDied
from autograder.records import Limits

PACKET = 8192
ASK_SECONDS = 10.0
END_SECONDS = 30.0
"""Killing and removing may take a while after a flood of files; afterwards the sandbox is given up."""


@dataclass(frozen=True)
class Hello:
    """What a supervisor says of itself when it is warm."""

    pid: int
    guest: str
    python: str
    landlock: int
    seccomp: bool
    mode: str
    accounting: str


@dataclass(frozen=True)
class Swept:
    """How many processes were ended, and whether the session is still alive."""

    swept: int
    alive: bool


@dataclass(frozen=True)
class Status:
    """The session's state by the kernel's account.

    ``exit`` is a wait status or None, ``tripped`` "", "cpu-limit" or "memory-limit"; ``oom_kills``
    counts all of the sandbox's processes that the kernel killed for memory, not only the session.
    """

    alive: bool
    exit: int | None
    tripped: str
    oom_kills: int
    cpu_seconds: float
    peak_memory_mb: float
    accounting: str

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended the session's process, by the kernel's word; it does not say who sent it."""
        return self.exit is not None and os.waitstatus_to_exitcode(self.exit) == -signal.SIGKILL

    @property
    def ending(self) -> str:
        """How the session's process ended, in words; "" while it lives."""
        if self.exit is None:
            return ""
        code = os.waitstatus_to_exitcode(self.exit)
        return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


@dataclass(frozen=True)
class Ended(Status):
    """The last status of a session, and what, if anything, could not be removed."""

    clean: bool = True
    left: dict[str, list[str]] = field(default_factory=dict)


class Control:
    """The host's end of the control socket.

    Parameters
    ----------
    sock : socket.socket
        Connected, SOCK_SEQPACKET. Another process may make a second Control on a duplicate of it,
        as long as the two do not ask at the same time.
    """

    def __init__(self, sock: socket.socket):
        self._socket = sock

    @classmethod
    def from_fd(cls, fd: int) -> Control:
        """Take over a duplicated descriptor, as in another process that received it."""
        return cls(socket.socket(fileno=fd))

    @property
    def socket(self) -> socket.socket:
        return self._socket

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def hello(self, seconds: float) -> Hello:
        """Wait until the supervisor is warm.

        Raises
        ------
        SandboxDied
            If it is silent or gone.
        SupervisorRefused
            If it says why it cannot serve.
        """
        packet, fds = self._receive(time.monotonic() + seconds, "its first word")
        _close(fds)
        if "error" in packet:
            raise SupervisorRefused(packet["error"])
        return _record(Hello, packet["hello"])

    def open(self, limits: Limits) -> socket.socket:
        """Fork a confined session; returns the host's end of its channel (a stream)."""
        numbers = {name: getattr(limits, name) for name in OPEN_LIMITS}
        _, fds = self._ask("open", limits=numbers)
        if len(fds) != 1:
            _close(fds)
            raise SandboxDied(f"the supervisor opened a session but sent {len(fds)} channels instead of one")
        return socket.socket(fileno=fds[0])

    def interrupt(self) -> None:
        """Send SIGINT to the session, as Ctrl-C would."""
        self._ask("interrupt")

    def sweep(self) -> Swept:
        """End every process but the session."""
        return _record(Swept, self._ask("sweep")[0])

    def status(self) -> Status:
        return _record(Status, self._ask("status")[0])

    def end(self) -> Ended:
        """Kill everything, remove what was written, and say whether anything is left."""
        return _record(Ended, self._ask("end", seconds=END_SECONDS)[0])

    def bye(self) -> None:
        """Let the supervisor go; no answer comes."""
        try:
            self._socket.send(json.dumps({"op": "bye"}).encode())
        except OSError:
            pass  # it has gone already

    # -------------------------------------------------------------------------------------------

    def _ask(self, op: str, *, seconds: float | None = None, **arguments: Any) -> tuple[dict[str, Any], list[int]]:
        seconds = ASK_SECONDS if seconds is None else seconds
        number = secrets.randbits(31)
        deadline = time.monotonic() + seconds
        try:
            self._socket.settimeout(seconds)
            self._socket.send(json.dumps({"op": op, "id": number, **arguments}).encode())
        except OSError as error:
            raise SandboxDied(f"the supervisor does not take the request {op!r}: {error}") from error
        while True:
            packet, fds = self._receive(deadline, f"the answer to {op!r}")
            if packet.get("id") != number:
                _close(fds)  # for someone who gave up waiting, on a duplicate of this socket
            elif "error" in packet:
                _close(fds)
                raise SandboxDied(f"the supervisor could not do {op!r}: {packet['error']}")
            else:
                return packet, fds

    def _receive(self, deadline: float, what: str) -> tuple[dict[str, Any], list[int]]:
        try:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            data, fds, _, _ = socket.recv_fds(self._socket, PACKET, 4)
        except TimeoutError as error:
            raise SandboxDied(f"the supervisor is silent: {what} did not come in time") from error
        except OSError as error:
            raise SandboxDied(f"the supervisor went away before {what}: {error}") from error
        for fd in fds:
            os.set_inheritable(fd, False)  # recv_fds of Python 3.11 drops its flags: no MSG_CMSG_CLOEXEC
        if not data:
            raise SandboxDied(f"the supervisor went away before {what}")
        try:
            packet = json.loads(data)
        except ValueError as error:
            _close(fds)
            raise SandboxDied(f"the supervisor said something unreadable instead of {what}") from error
        return packet, fds


class SupervisorRefused(Exception):
    """The supervisor came up but cannot serve; the engine that started it knows what to advise."""


OPEN_LIMITS = (
    "cpu_seconds", "memory_mb", "processes", "open_files", "scratch_mb", "returned_mb", "returned_objects_kb",
    "returned_depth",
)  # fmt: skip
"""The fields of :class:`Limits` that the supervisor needs."""


def _record(kind: type, packet: Mapping[str, Any]) -> Any:
    """Build a record from a packet, whatever else the packet holds."""
    try:
        return kind(**{item.name: packet[item.name] for item in dataclasses.fields(kind)})
    except KeyError as error:
        raise SandboxDied(f"the supervisor's answer lacks {error}") from error


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)

"""What a submission has used, by the kernel's account and not by the student's process.

In a container of its own the cgroup knows everything. Elsewhere the figures are gathered from the
processes: a lower bound for CPU time, an estimate for memory.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Protocol

from autograder.guest.processes import Process

MIB = 1 << 20
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_UNLIMITED = 1 << 60  # what cgroup v1 says for "no limit" is near 2**63


class Account(Protocol):
    """Figures that only grow (CPU, kills) or move (memory), read by the supervisor while it polls."""

    name: str
    interval: float
    """Seconds between two looks that the CPU limit can afford."""

    def begin(self) -> None: ...
    def cpu_seconds(self, members: list[Process] | None) -> float: ...
    def memory_bytes(self, members: list[Process] | None) -> int: ...
    def oom_kills(self) -> int: ...


class CgroupAccount:
    """The container's own control group, version 1 or 2, mounted read-only inside it."""

    name = "cgroup"
    interval = 0.02

    def __init__(self, root: str, version: int):
        files = {
            1: ("cpuacct/cpuacct.usage", "memory/memory.usage_in_bytes", "memory/memory.oom_control"),
            2: ("cpu.stat", "memory.current", "memory.events"),
        }[version]
        self._version = version
        self._cpu, self._memory, self._oom = (os.open(f"{root}/{name}", os.O_RDONLY | os.O_CLOEXEC) for name in files)

    @classmethod
    def find(cls, root: str = "/sys/fs/cgroup") -> CgroupAccount | None:
        """The account of this container, or None where what is mounted is not this container's.

        Rootless engines on version 1 show the host's group: it has no memory limit, ours always has.
        """
        for version, limit in ((2, "memory.max"), (1, "memory/memory.limit_in_bytes")):
            text = _read_text(f"{root}/{limit}")
            if text.isdigit() and int(text) < _UNLIMITED:
                try:
                    return cls(root, version)
                except OSError:
                    return None
        return None

    def begin(self) -> None:
        """Nothing to forget: the counters never go back, whoever asks takes differences."""

    def cpu_seconds(self, members: list[Process] | None = None) -> float:
        text = os.pread(self._cpu, 4096, 0)
        return int(text) / 1e9 if self._version == 1 else _value(text, b"usage_usec") / 1e6

    def memory_bytes(self, members: list[Process] | None = None) -> int:
        return int(os.pread(self._memory, 64, 0))

    def oom_kills(self) -> int:
        return _value(os.pread(self._oom, 4096, 0), b"oom_kill")


@dataclass
class ProcessAccount:
    """Sums over the processes of the sandbox, for places without a control group of their own.

    Two lower bounds, the larger of which counts: the times of everyone seen alive, and the classical
    sum of the living and of those they have waited for. The first misses what lives shorter than the
    interval between two looks, the second what a student disowns (SIGCHLD ignored).
    """

    name: str = "proc"
    interval: float = 0.05
    _seen: dict[tuple[int, int], float] = field(default_factory=dict)
    _reaped: float = 0.0
    _own_anonymous: int = 0

    def __post_init__(self) -> None:
        self._own_anonymous = _anonymous_bytes(os.getpid())

    def begin(self) -> None:
        """Forget the processes of the session before: called when none is alive."""
        self._seen.clear()
        self._reaped = 0.0

    def note_reaped(self, seconds: float) -> None:
        """Add what a child of the supervisor had used, with all that it had waited for, when it was reaped."""
        self._reaped += seconds

    def cpu_seconds(self, members: list[Process] | None) -> float:
        alive = 0.0
        for process in members or ():
            own = process_seconds(process.pid)
            self._seen[process.pid, process.started] = own
            alive += own + process.reaped_ticks / _TICKS
        return max(sum(self._seen.values()), self._reaped + alive)

    def memory_bytes(self, members: list[Process] | None) -> int:
        """Anonymous memory beyond what each process inherited from the supervisor; shared pages count twice."""
        return sum(max(0, _anonymous_bytes(process.pid) - self._own_anonymous) for process in members or ())

    def oom_kills(self) -> int:
        return 0


def process_seconds(pid: int) -> float:
    """CPU time of all threads of a process, dead ones too; 0 if it has gone.

    The clock's number is made as clock_getcpuclockid(3) makes it: it needs no permission and is exact
    to the nanosecond, where /proc counts ticks of 10 ms.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _anonymous_bytes(pid: int) -> int:
    fields = _read_text(f"/proc/{pid}/statm").split()
    return (int(fields[1]) - int(fields[2])) * _PAGE if len(fields) > 2 else 0


def _read_text(path: str) -> str:
    try:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _value(text: bytes, key: bytes) -> int:
    """The number behind `key` in a file of "key number" lines."""
    for line in text.splitlines():
        name, _, number = line.partition(b" ")
        if name == key:
            return int(number)
    return 0

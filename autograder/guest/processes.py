"""Who lives in the sandbox besides the supervisor, and how they are ended.

Only /proc is believed: nothing that a student's process says about pids is. Every loop here has an
end: what does not die in time is reported, and the sandbox is thrown away.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

WALL = 0x40000000  # __WALL: wait for children of every kind, also those that die without SIGCHLD
EXITING = 0x4  # PF_EXITING in include/linux/sched.h
_line = bytearray(1024)
"""What was last read: students choose the names of processes, and whatever the supervisor held a later one could find
in its own memory. So a line comes here and nowhere else, and is wiped."""

PAUSE = 0.0005
"""Seconds between two looks at /proc while the kernel tears processes down."""


LEAVING_SECONDS = 0.05
"""How long a thread that has been joined may still be seen: Python lets go of it before the kernel does."""


@dataclass(frozen=True)
class Process:
    """What ``/proc/<pid>/stat`` says: times in clock ticks."""

    pid: int
    state: str
    parent: int
    flags: int
    reaped_ticks: int
    threads: int
    started: int

    @property
    def alive(self) -> bool:
        """False for a zombie, but not for one whose other threads still run."""
        return self.state not in "ZX" or self.threads > 1

    @property
    def exiting(self) -> bool:
        """True from before a process closes its descriptors until it is reaped."""
        return bool(self.flags & EXITING)

    @property
    def stopped(self) -> bool:
        return self.state in "TtZX"


def parse_stat(line: bytearray) -> Process:
    """Read one line of ``/proc/<pid>/stat``; the name in it may hold spaces and parentheses, and is never copied."""
    field = line[line.rindex(b")") + 1 :].split()
    return Process(
        pid=int(line[: line.index(b" ")]),
        state=field[0].decode("ascii"),
        parent=int(field[1]),
        flags=int(field[6]),
        reaped_ticks=int(field[13]) + int(field[14]),
        threads=int(field[17]),
        started=int(field[19]),
    )


def read_process(path: str) -> Process | None:
    """The process (or the task) under `path`, or None if it has gone."""
    try:
        fd = os.open(f"{path}/stat", os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, ProcessLookupError):
        return None
    try:
        os.readv(fd, [_line])
        return parse_stat(_line)
    except ProcessLookupError:
        return None
    finally:
        os.close(fd)
        _line[:] = bytes(len(_line))


def everyone() -> list[Process]:
    """Every process that /proc shows."""
    found = (read_process(f"/proc/{name}") for name in os.listdir("/proc") if name.isdigit())
    return [process for process in found if process is not None]


def in_my_namespace() -> list[Process]:
    """All but the caller: right for PID 1 of a pid namespace."""
    me = os.getpid()
    return [process for process in everyone() if process.pid != me]


def my_descendants() -> list[Process]:
    """The caller's children and theirs: right for a subreaper, to whom every orphan comes back."""
    children: dict[int, list[Process]] = {}
    for process in everyone():
        children.setdefault(process.parent, []).append(process)
    found, todo = [], [os.getpid()]
    while todo:
        born = children.get(todo.pop(), [])
        found += born
        todo += [process.pid for process in born]
    return found


def thread_count() -> int:
    """Threads of this process, without those that have just ended."""
    deadline = time.monotonic() + LEAVING_SECONDS
    while (count := len(os.listdir("/proc/self/task"))) > 1 and time.monotonic() < deadline:
        time.sleep(PAUSE)
    return count


@dataclass
class Population:
    """The processes of one sandbox, its supervisor not counted.

    ``own_namespace`` says that the caller is PID 1: then one ``kill(-1)`` reaches all, needs no fork
    and works with the process limit exhausted. Elsewhere ``kill(-1)`` would end the user's whole
    login, so descendants are ended one by one.
    """

    own_namespace: bool
    on_reaped: Callable[[int, int, float], None]
    """Called with pid, wait status and CPU seconds of each process that was reaped."""

    def members(self) -> list[Process]:
        return in_my_namespace() if self.own_namespace else my_descendants()

    def reap(self) -> None:
        """Take leave of every dead child, without waiting for a live one."""
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG | WALL)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.on_reaped(pid, status, used.ru_utime + used.ru_stime)

    def kill_all(self, seconds: float) -> list[Process]:
        """End everyone; returns who was still there after `seconds` (nobody, if all is well)."""
        deadline = time.monotonic() + seconds
        while True:
            if self.own_namespace:
                try:
                    os.kill(-1, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.reap()
            left = self.members()
            if not left or time.monotonic() > deadline:
                return left
            if not self.own_namespace:
                _kill(left)
            time.sleep(PAUSE)

    def sweep(self, keep: int, seconds: float) -> tuple[int, bool]:
        """End everyone but the process `keep`, which is held still meanwhile.

        Returns
        -------
        killed : int
            How many processes were ended.
        clean : bool
            False if `seconds` were not enough: then the caller should end `keep` as well.
        """
        deadline = time.monotonic() + seconds
        killed: set[tuple[int, int]] = set()
        try:
            while True:
                # Stopped, nobody else, still stopped: in this order, else it could fork in between.
                os.kill(keep, signal.SIGSTOP)
                still = held_still(keep)
                strays = [process for process in self.members() if process.pid != keep and process.alive]
                if still and not strays and held_still(keep):
                    return len(killed), True
                if time.monotonic() > deadline:
                    return len(killed), False
                _kill(strays)
                killed.update((process.pid, process.started) for process in strays)
                _await_end(strays, deadline)
                self.reap_others(keep)
                if not strays:
                    time.sleep(PAUSE)
        finally:
            os.kill(keep, signal.SIGCONT)

    def reap_others(self, keep: int) -> None:
        """Like :meth:`reap`, but a dead `keep` stays a zombie, so that its pid cannot be used again."""
        for process in self.members():
            if process.pid == keep or process.alive or process.parent != os.getpid():
                continue
            try:
                pid, status, used = os.wait4(process.pid, os.WNOHANG | WALL)
            except ChildProcessError:
                continue
            if pid:
                self.on_reaped(pid, status, used.ru_utime + used.ru_stime)


def held_still(pid: int) -> bool:
    """True if every thread of the process is stopped or dead."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return True
    states = (read_process(f"/proc/{pid}/task/{task}") for task in tasks)
    return all(task is None or task.stopped for task in states)


def _kill(processes: list[Process]) -> None:
    for process in processes:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def _await_end(processes: list[Process], deadline: float) -> None:
    """Wait until what was killed has ended: to look again and again would cost as much as the ending itself."""
    for process in processes:
        try:
            fd = os.pidfd_open(process.pid)
        except OSError:  # it has gone, or descriptors are short: the next look will tell
            continue
        try:
            select.select([fd], [], [], max(0.0, deadline - time.monotonic()))
        finally:
            os.close(fd)

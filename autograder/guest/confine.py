"""Turn a fresh fork of the supervisor into a place for student code.

The order matters. Descriptors first, so that nothing of the supervisor's is left to misuse; limits and
uid while the capabilities for them are still there; Landlock and seccomp last, as they may forbid what
the steps before them need.
"""

from __future__ import annotations

import glob
import math
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.guest import landlock, seccomp
from autograder.guest.kernel import (
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    close_from,
    drop_capabilities,
    prctl,
)
from autograder.guest.processes import everyone

MIB = 1 << 20
CHANNEL_FD = 3
REPORT_FD = 4
SPARE_DESCRIPTORS = 32
CPU_GRACE_SECONDS = 5
"""The supervisor counts the CPU time of all processes together; the kernel's limit for one is its guard."""

DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
"""Without /dev/zero: a shared mapping of it is anonymous shared memory by another name."""
SYSTEM_PATHS = (
    "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/etc", "/opt", "/proc", "/sys/devices",
)  # fmt: skip


@dataclass(frozen=True)
class Walls:
    """All about the confinement that is the same for every submission; made once, before the first fork.

    Attributes
    ----------
    changes_uid : bool
        Whether each session gets a uid of its own (the supervisor has the capabilities for it).
    landlock : int
        The kernel's ABI, 0 for none.
    filter : bytes
        The seccomp program, empty for none.
    readable, shared_memory, devices : tuple of str, str, tuple of str
        What Landlock lets the session read; a second writable directory, or ""; devices to read and write.
    data_bytes : int
        What the supervisor's own data already takes of RLIMIT_DATA: every fork inherits it.
    """

    changes_uid: bool
    landlock: int
    filter: bytes
    readable: tuple[str, ...]
    shared_memory: str
    devices: tuple[str, ...]
    data_bytes: int

    @classmethod
    def prepare(cls, mode: str, shared_memory: str) -> Walls:
        """Look at this machine and build what can be built ahead.

        Raises
        ------
        LookupError
            If there is no seccomp filter for this architecture, except in mode "plain".
        """
        cards = graphics_cards() if mode == "uid" else []
        try:
            # what a card's driver needs is not known here, so a container that carries one keeps shared memory
            program = seccomp.filter_for_this_machine(os.getpid(), shares_memory=bool(cards))
        except LookupError:
            if mode != "plain":
                raise
            program = b""
        return cls(
            changes_uid=mode == "uid",
            landlock=landlock.abi(),
            filter=program,
            readable=readable_paths(),
            shared_memory=shared_memory,
            devices=(*DEVICES, *cards),
            data_bytes=_own_data_bytes(),
        )


def readable_paths() -> tuple[str, ...]:
    """The system, and all that this interpreter imports from, but of the project only the guest's own files."""
    package = Path(__file__).resolve().parent.parent
    guest = [str(package / name) for name in ("__init__.py", "guest", "protocol", "protocol.py")]
    paths = [*SYSTEM_PATHS, sys.prefix, sys.base_prefix, *sys.path, *guest]
    return tuple(dict.fromkeys(path for path in paths if path and Path(path) != package.parent))


def graphics_cards() -> list[str]:
    """Device files of the card that this container was started with."""
    return sorted(glob.glob("/dev/nvidia*"))


def confine(walls: Walls, limits: Mapping[str, float], scratch: str, uid: int, channel: int, report: int) -> None:
    """Put this process, and all it will ever start, behind the walls; there is no way back.

    Parameters
    ----------
    walls : Walls
    limits : mapping
        ``cpu_seconds``, ``memory_mb``, ``processes``, ``open_files``, ``scratch_mb``.
    scratch : str
        The one directory of its own, which becomes the working directory.
    uid : int
        The uid and gid to become, where the walls change uids.
    channel, report : int
        Descriptors to keep: they become ``CHANNEL_FD`` and ``REPORT_FD``. Everything else is closed.

    Raises
    ------
    OSError
        If any step fails: then student code must not run.
    """
    _keep_descriptors(channel, report)
    os.setsid()
    if not walls.changes_uid:
        # The supervisor is not dumpable, and its own /proc entries are closed to its own uid then.
        prctl(PR_SET_DUMPABLE, 1)
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")  # else the kernel may choose the supervisor
    own_processes = 0 if walls.changes_uid else _own_processes()
    for name, value in resource_limits(limits, walls.data_bytes, own_processes).items():
        _lower(name, value, SPARE_DESCRIPTORS if name == "RLIMIT_NOFILE" else 0)
    if walls.changes_uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    drop_capabilities()
    os.umask(0o077)
    os.chdir(scratch)
    os.environ.update(HOME=scratch, TMPDIR=scratch)
    tempfile.tempdir = None  # a library may have asked before, as the supervisor
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    prctl(PR_SET_DUMPABLE, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # where no namespace ends with the supervisor
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if walls.landlock:
        writable = [scratch, walls.shared_memory] if walls.shared_memory else [scratch]
        landlock.restrict(walls.landlock, walls.readable, writable, walls.devices)
    if walls.filter:
        seccomp.install(walls.filter)


def resource_limits(limits: Mapping[str, float], data_bytes: int, own_processes: int = 0) -> dict[str, int]:
    """The kernel's limits, by their names in :mod:`resource`, for what a submission may use.

    ``own_processes`` is what the uid runs already: the kernel counts by uid.
    """
    return {
        "RLIMIT_CPU": math.ceil(limits["cpu_seconds"]) + CPU_GRACE_SECONDS,
        "RLIMIT_DATA": int(limits["memory_mb"]) * MIB + data_bytes,
        "RLIMIT_NPROC": int(limits["processes"]) + own_processes,
        "RLIMIT_NOFILE": int(limits["open_files"]),
        "RLIMIT_FSIZE": int(limits["scratch_mb"]) * MIB,
        "RLIMIT_STACK": 8 * MIB,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 256,
    }


def _lower(name: str, value: int, spare: int = 0) -> None:
    """Set both limits, the hard one higher by `spare`; where the machine already allows less, that stays."""
    kind = getattr(resource, name)
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value, spare = min(value, hard), max(0, min(spare, hard - value))
    resource.setrlimit(kind, (value, value + spare))


def use_spare_descriptors() -> None:
    """For the session's own work beside code that holds all descriptors it may: else its error could not be told."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _keep_descriptors(channel: int, report: int) -> None:
    """Leave /dev/null as 0, 1, 2, the channel and the report pipe; nothing else."""
    high = 64  # both out of the way before anything is put in its place
    for fd, place in ((channel, high), (report, high + 1)):
        os.dup2(fd, place)
    null = os.open("/dev/null", os.O_RDWR)
    for place in (0, 1, 2):
        os.dup2(null, place)
    os.dup2(high, CHANNEL_FD, inheritable=False)
    os.dup2(high + 1, REPORT_FD, inheritable=False)
    close_from(REPORT_FD + 1)


def _own_data_bytes() -> int:
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0


def _own_processes() -> int:
    """How many tasks this uid already runs, as far as /proc shows."""
    me = os.getuid()
    count = 0
    for process in everyone():
        try:
            owner = os.stat(f"/proc/{process.pid}").st_uid
        except FileNotFoundError:
            continue
        count += process.threads if owner == me else 0
    return count

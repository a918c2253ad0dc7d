"""What a submission has left behind, looked up from outside of the sandbox and without asking its supervisor."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from autograder.sandbox.rendezvous import peer
from autograder.sandbox.worker import Worker
from tests.security.attack import MARKER

PLACES = ("box", "dev/shm", "dev/mqueue", "tmp", "var/tmp")
"""Where something could be written, seen from the sandbox's root."""


def supervisor_of(worker: Worker) -> int:
    """The supervisor's pid in this pid namespace."""
    return peer(worker.control.socket)[0]


def left_in(worker: Worker, before: frozenset[str]) -> list[str]:
    """What is there between two submissions and was not before: all of it, or (in another worker) what is marked."""
    found = traces(worker)
    return sorted(found - before) if before else sorted(trace for trace in found if MARKER in trace)


def traces(worker: Worker) -> frozenset[str]:
    """Processes, files, IPC objects and named sockets of a worker, marked files of this machine.

    The supervisor's own, and what it made while it warmed up, are among them.
    """
    pid = supervisor_of(worker)
    own = worker.hello.mode != "plain"
    found = [f"supervisor {pid}", *(f"process {child}" for child in descendants(pid))]
    if own and os.getuid() == 0:
        for place in PLACES:
            found += [f"file {path}" for path in _files(Path(f"/proc/{pid}/root/{place}"))]
        found += _ipc(pid)
        found += [f"socket {line.split()[-1]}" for line in _lines(f"/proc/{pid}/net/unix") if len(line.split()) > 7]
    for place in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue"):
        found += [f"file {path}" for path in _files(Path(place), levels=1) if MARKER in str(path)]
    box = _argument(pid, "--box")
    if box and not own:
        found += [f"file {path}" for path in _files(Path(box))]
    found += [f"socket {line.split()[-1]}" for line in _lines("/proc/net/unix") if MARKER in line]
    return frozenset(found)


def descendants(pid: int) -> list[int]:
    """Children, their children and so on, zombies too."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            for line in _lines(f"/proc/{name}/stat", skip=0):
                children.setdefault(int(line.rpartition(")")[2].split()[1]), []).append(int(name))
    found, todo = [], [pid]
    while todo:
        born = children.get(todo.pop(), [])
        found += born
        todo += born
    return found


def open_files(worker: Worker) -> int:
    """Descriptors of the supervisor: it must not lose any."""
    return len(os.listdir(f"/proc/{supervisor_of(worker)}/fd"))


def _files(place: Path, levels: int = 3) -> list[Path]:
    found = []
    try:
        entries = list(place.iterdir())
    except OSError:
        return []
    for entry in entries:
        found.append(entry)
        if levels > 1 and entry.is_dir() and not entry.is_symlink():
            found += _files(entry, levels - 1)
    return found


def _ipc(pid: int) -> list[str]:
    """SysV objects of the sandbox's IPC namespace: which one /proc shows depends on who asks."""
    command = ["nsenter", "-t", str(pid), "-i", "cat", "/proc/sysvipc/shm", "/proc/sysvipc/msg", "/proc/sysvipc/sem"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    return [f"ipc {line}" for line in said.splitlines() if line.split()[0].lstrip("-").isdigit()]


def _argument(pid: int, option: str) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return words[words.index(option.encode()) + 1].decode() if option.encode() in words else ""


def _lines(path: str, skip: int = 1) -> list[str]:
    try:
        return Path(path).read_text(errors="replace").splitlines()[skip:]
    except OSError:
        return []

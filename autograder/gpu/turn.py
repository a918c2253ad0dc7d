"""One job on the card at a time, in the order of asking, among all processes of this user.

A waiting job holds a ticket: a file whose name sorts by time, locked for as long as its owner lives. The turn is
taken by who holds the oldest living ticket *and* gets the card's own lock: tickets make the order, the lock makes sure.
The kernel lets go of both when a process dies, so that nobody waits for the dead.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import QueueTimeout, Unwritable

POLL_SECONDS = 0.2
LOCK = "card.lock"
_numbers = itertools.count()


@contextlib.contextmanager
def turn(folder: Path, seconds: float) -> Iterator[None]:
    """Wait for the card and have it while inside.

    Parameters
    ----------
    folder : Path
        Of the queue; is made, for this user alone.
    seconds : float
        Longest wait.

    Raises
    ------
    QueueTimeout
        If it was not free in time.
    Unwritable
        If the folder cannot be made, or belongs to somebody else.
    """
    _make(folder)
    end = time.monotonic() + seconds
    with contextlib.ExitStack() as undo:
        ticket = folder / f"{time.time_ns():020d}-{os.getpid()}-{next(_numbers)}.ticket"
        undo.enter_context(_held(ticket))
        undo.callback(ticket.unlink, missing_ok=True)
        lock = undo.enter_context((folder / LOCK).open("a"))
        while not (is_first(ticket) and _try(lock.fileno())):
            if time.monotonic() >= end:
                raise QueueTimeout(f"the graphics card was not free within {seconds:g} s. Grade again later.")
            time.sleep(POLL_SECONDS)
        yield


def is_first(ticket: Path) -> bool:
    """Whether no older ticket is alive; those of dead owners are removed."""
    for other in sorted(ticket.parent.glob("*.ticket")):
        if other.name >= ticket.name:
            return True
        with contextlib.suppress(FileNotFoundError), other.open("r+") as file:
            if not _try(file.fileno()):
                return False
            other.unlink(missing_ok=True)
    return True


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    with contextlib.ExitStack() as undo:
        while True:
            file = undo.enter_context(path.open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(path, file.fileno()):
                break
            undo.close()  # somebody saw it before it was locked, and removed it as a dead one's
        yield


def _is_at(path: Path, fd: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(fd))
    except FileNotFoundError:
        return False


def _try(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make(folder: Path) -> None:
    """Below a world-writable place somebody else may have made it first."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place, owners in ((folder, {os.getuid()}), (folder.parent, {os.getuid(), 0})):
            found = place.lstat()
            if found.st_uid not in owners or not stat.S_ISDIR(found.st_mode):
                raise PermissionError(f"{place} belongs to somebody else")
    except OSError as error:
        raise Unwritable(f"{folder}: the card's queue cannot be there ({error}). Set AUTOGRADER_GPU_QUEUE.") from error

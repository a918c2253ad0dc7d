"""What lies in the exchange's inbound folder: whose it is, when it arrived, and a safe copy of it.

Names and files in there are made by students' own processes, so neither is believed. Whose an entry is, is told by the
uid that the file system keeps; when it arrived, by the newest change time of anything in it: the kernel sets that, and
nobody can set it back. nbgrader's ``collect`` and the hub's service both go by this module.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import pwd
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import Refused

SHARED_ACCOUNT_VARIABLE = "AUTOGRADER_SHARED_ACCOUNT"
"""Set where all students hand in under one account of the machine, so that owners say nothing."""
ACCOUNTS_VARIABLE = "AUTOGRADER_ACCOUNTS"
"""Names a file in the form of /etc/passwd with the uids of people whose servers are containers: no accounts of this
machine then say whose an entry is."""
BOOKKEEPING = ("timestamp.txt", "submission_secret.txt")
"""Written by ``nbgrader submit`` after everything else; no work of the student's."""

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Bounds:
    """What is taken at the most: bytes and files of one entry, and folders within folders."""

    bytes: int = 100 << 20
    files: int = 500
    depth: int = 8


@dataclass(frozen=True)
class Claim:
    """What the name of an entry says: student, assignment, time. None of it is proven."""

    student: str
    assignment: str


@dataclass(frozen=True)
class Seen:
    """One look at an entry.

    Attributes
    ----------
    uid : int
        Owner, by the file system.
    changed : int
        Newest change time of the folder and all in it, in nanoseconds since 1970, by the server's clock.
    size, files : int
        Bytes and number of plain files.
    complete : bool
        Whether ``nbgrader submit`` has written its last file.
    """

    uid: int
    changed: int
    size: int
    files: int
    complete: bool

    @property
    def arrived(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.changed / 1e9, dt.UTC)


@dataclass(frozen=True)
class Copy:
    """A copy that was made: SHA-256 by path, and what was left out."""

    files: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def claim_of(name: str) -> Claim | None:
    """What an entry's name claims; None if it is no submission's name."""
    parts = name.rsplit("+", 3)
    if len(parts) != 4 or not all(parts[:2]) or {".", ".."} & set(parts[:2]):
        return None
    return Claim(parts[0], parts[1])


def account_name(uid: int) -> str | None:
    """The name of an account of this machine, or of the file that AUTOGRADER_ACCOUNTS names; None if nobody has it."""
    accounts = os.environ.get(ACCOUNTS_VARIABLE)
    if accounts:
        return _name_in(Path(accounts), uid)
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _name_in(accounts: Path, uid: int) -> str | None:
    """Read anew each time: people are added while the hub runs."""
    try:
        lines = [line.split(":") for line in accounts.read_text(encoding="ascii").splitlines()]
    except FileNotFoundError:
        return None  # nobody has started a server yet
    return next((parts[0] for parts in lines if len(parts) > 2 and parts[2] == str(uid)), None)


def look(path: Path, bounds: Bounds = Bounds()) -> Seen:
    """Look at an entry without following a link.

    Raises
    ------
    Refused
        If it is no folder, holds what is another account's, or is larger than what is taken.
    FileNotFoundError
        If it went away.
    """
    top = os.lstat(path)
    if not stat.S_ISDIR(top.st_mode):
        raise Refused(f"{path.name}: is no folder.", "no-folder")
    changed, size, files, complete = top.st_ctime_ns, 0, 0, set(BOOKKEEPING)
    for where, _handle, name, found in _walk(path, bounds):
        changed = max(changed, found.st_ctime_ns)
        if found.st_uid != top.st_uid:
            raise Refused(f"{where}: belongs to another account than the folder it lies in.", "forged")
        if stat.S_ISREG(found.st_mode):
            size, files = size + found.st_size, files + 1
            if size > bounds.bytes or files > bounds.files:
                raise Refused(
                    f"{path.name}: more than {bounds.bytes >> 20} MiB or {bounds.files} files.", "too-large"
                )
            if os.path.dirname(where) == "" and found.st_size:
                complete.discard(name)
    return Seen(top.st_uid, changed, size, files, not complete)


def copy(path: Path, target: Path, bounds: Bounds = Bounds()) -> Copy:
    """Copy the plain files of an entry to a new folder, which others cannot read.

    Links, fifos and devices are left out. Each file is opened once, without following a link, and what is read from it
    is counted: a file that grows meanwhile ends the copy.

    Raises
    ------
    Refused, OSError
    """
    target.mkdir(mode=0o700, parents=True)
    digests: dict[str, str] = {}
    left_out: list[str] = []
    total = 0
    for where, handle, name, found in _walk(path, bounds):
        place = target / where
        if stat.S_ISDIR(found.st_mode):
            place.mkdir(mode=0o700)
            continue
        if not stat.S_ISREG(found.st_mode):
            left_out.append(where)
            continue
        # O_NONBLOCK: a fifo that took the file's place since must not stop us
        source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
        with os.fdopen(source, "rb") as reader, place.open("xb") as writer:
            if not stat.S_ISREG(os.fstat(source).st_mode):
                raise Refused(f"{where}: changed while it was copied.", "changed")
            digest = hashlib.sha256()
            while chunk := reader.read(_CHUNK):
                total += len(chunk)
                if total > bounds.bytes:
                    raise Refused(f"{path.name}: more than {bounds.bytes >> 20} MiB.", "too-large")
                digest.update(chunk)
                writer.write(chunk)
        if where not in BOOKKEEPING:
            digests[where] = digest.hexdigest()
    return Copy(digests, tuple(left_out))


def owner(path: Path, seen: Seen, name_of: Callable[[int], str | None] = account_name) -> tuple[Claim, str]:
    """What an entry claims, and whose it is.

    Raises
    ------
    Refused
        If its name is no submission's, or names somebody else than its owner.
    """
    claim = claim_of(path.name)
    if claim is None:
        raise Refused(f"{path.name}: is no name of a submission.", "no-submission")
    owned_by = name_of(seen.uid)
    if owned_by != claim.student:
        raise Refused(
            f"{path.name}: claims to be {claim.student}'s and belongs to {owned_by or f'uid {seen.uid}'}.", "forged"
        )
    return claim, owned_by


def _walk(path: Path, bounds: Bounds) -> Iterator[tuple[str, int, str, os.stat_result]]:
    """Everything below a folder, by handles: its path, the handle of its folder, its name, its status.

    A folder that becomes a link while we walk is not entered.
    """
    count = 0
    top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        for place, folders, names, handle in os.fwalk(".", dir_fd=top, follow_symlinks=False):
            below = "" if place == "." else place.removeprefix("./")
            if below.count("/") + bool(below) >= bounds.depth:
                folders.clear()
            folders.sort()
            for name in (*folders, *sorted(names)):
                count += 1
                if count > 4 * bounds.files:
                    raise Refused(f"{path.name}: too many files.", "too-large")
                found = os.stat(name, dir_fd=handle, follow_symlinks=False)
                yield (f"{below}/{name}" if below else name), handle, name, found
    finally:
        os.close(top)

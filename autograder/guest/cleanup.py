"""Remove what a submission wrote, then look whether anything is left.

Called when nobody but the supervisor is alive, and with the student's own uid as the effective one:
the supervisor has no capability to touch other people's files.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

MAX_OPEN_LEVELS = 200
"""Directories held open at once; what lies deeper is moved up to the top first."""

SCRATCH_TYPES = {"tmpfs", "ramfs", "mqueue", "hugetlbfs"}
_SYSV = ("msg", "sem", "shm")


def empty_directory(path: str, keep: Collection[str] = ()) -> None:
    """Remove all that lies in `path`, except the top entries named in `keep`.

    Walks over directory descriptors and never recurses: trees of thousands of levels, directories
    without permissions and names that are no text are all ordinary here.
    """
    top = _open_directory(path, None)
    levels = [_Level(top, b"", [name for name in os.listdir(top) if name not in keep])]
    hoisted: list[str] = []
    try:
        while True:
            level = levels[-1]
            child = _first_full_directory(level)
            if child is None and len(levels) > 1:
                levels.pop()
                os.close(level.fd)
                os.rmdir(level.name, dir_fd=levels[-1].fd)
            elif child is None:
                if not hoisted:
                    return
                level.names, hoisted = hoisted, []
            elif len(levels) < MAX_OPEN_LEVELS:
                fd = _open_directory(child, level.fd)
                levels.append(_Level(fd, child, os.listdir(fd)))
            else:
                name = f"hoisted-{time.monotonic_ns()}"
                os.rename(child, name, src_dir_fd=level.fd, dst_dir_fd=top)
                hoisted.append(name)
    finally:
        for level in levels:
            os.close(level.fd)


@dataclass
class _Level:
    """An open directory on the way down, its name in the one above, and the entries not yet removed."""

    fd: int
    name: bytes
    names: list[str]


def _open_directory(name: str | bytes, parent: int | None) -> int:
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)


def _first_full_directory(level: _Level) -> bytes | None:
    """Remove the entries of a directory one by one, up to the first directory that is not empty."""
    while level.names:
        name = os.fsencode(level.names.pop())
        if not stat.S_ISDIR(os.stat(name, dir_fd=level.fd, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=level.fd)
            continue
        try:
            os.rmdir(name, dir_fd=level.fd)
        except OSError:
            os.chmod(name, 0o700, dir_fd=level.fd)
            return name
    return None


@dataclass(frozen=True)
class Traces:
    """What the sandbox holds at one moment: names in each scratch file system, and SysV objects.

    Inodes in use would be the shorter proof, but a dead session's Landlock rules hold its directory's
    inode until the kernel gets round to freeing them.
    """

    names: dict[str, frozenset[str]]
    sysv: dict[str, int]

    @classmethod
    def take(cls, places: Iterable[str], sysv: bool) -> Traces:
        """Look at `places`, and at the IPC namespace where it is the sandbox's own."""
        return cls(
            names={place: frozenset(_names_below(place)) for place in places},
            sysv={kind: _sysv_objects(kind) for kind in _SYSV} if sysv else {},
        )

    def left_since(self, before: Traces) -> dict[str, list[str]]:
        """What is here now and was not before, as short texts under the place where it is."""
        left: dict[str, list[str]] = {}
        for place, names in self.names.items():
            new = sorted(names - before.names.get(place, frozenset()))
            if new:
                left[place] = [ascii(name)[:80] for name in new[:5]] + (["..."] if len(new) > 5 else [])
        for kind, count in self.sysv.items():
            if count > before.sysv.get(kind, 0):
                left[f"sysv {kind}"] = [f"{count} objects"]
        return left


def _names_below(place: str, levels: int = 4) -> Iterator[str]:
    """Paths under `place`, a few levels down: deeper, nothing existed before that something could hide in."""
    todo = [("", levels)]
    while todo:
        folder, more = todo.pop()
        try:
            entries = list(os.scandir(os.path.join(place, folder)))
        except PermissionError:
            continue  # not the supervisor's to read: its own name was seen one level up
        for entry in entries:
            name = os.path.join(folder, entry.name)
            yield name
            if more > 1 and entry.is_dir(follow_symlinks=False) and not os.path.ismount(entry.path):
                todo.append((name, more - 1))


def scratch_mounts(mounts: str = "/proc/self/mounts") -> list[str]:
    """Every directory where something may be written that lives in memory only."""
    found = []
    with open(mounts, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            _, place, kind, options, *_ = line.split(" ")
            if kind in SCRATCH_TYPES and "rw" in options.split(",") and os.path.isdir(place):
                found.append(place)
    return found


def _sysv_objects(kind: str) -> int:
    try:
        with open(f"/proc/sysvipc/{kind}", encoding="ascii") as file:
            return max(0, len(file.readlines()) - 1)
    except FileNotFoundError:
        return 0

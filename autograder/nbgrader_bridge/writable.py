"""Whether nbgrader can write where it is about to: asked first, for it would end in a traceback halfway."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from autograder.errors import Unwritable

_PROBE_BYTES = 256 * 1024
"""About what a new gradebook takes: a full disk often still holds an empty file."""


def check_writable(folders: Iterable[Path | str], db_url: str) -> None:
    """Write a small file into each folder (or the nearest parent that is there), and into the gradebook's.

    Parameters
    ----------
    folders : iterable of Path
    db_url : str
        nbgrader's ``CourseDirectory.db_url``; anything but an SQLite file is left to its server.

    Raises
    ------
    Unwritable
        For the first folder that takes no file. A gradebook of 0 bytes, left by an earlier failure of that
        kind, is removed then.
    """
    database = _sqlite_file(db_url)
    places = [Path(folder) for folder in folders]
    if database is not None:
        places.append(database.parent)
    try:
        for place in dict.fromkeys(places):
            _probe(place)
        if database is not None and database.exists() and not os.access(database, os.W_OK):
            raise _unwritable(database, "Permission denied")
    except Unwritable:
        if database is not None:
            _remove_if_empty(database)
        raise


def _probe(folder: Path) -> None:
    there = next((p for p in (folder, *folder.parents) if p.exists()), folder)
    try:
        with tempfile.NamedTemporaryFile(prefix=".probe-", dir=there) as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
    except OSError as e:
        raise _unwritable(there, e.strerror or str(e)) from e


def _unwritable(path: Path, reason: str) -> Unwritable:
    return Unwritable(f"{path}: cannot be written ({reason}). Free disk space, or make the folder writable.")


def _remove_if_empty(database: Path) -> None:
    try:
        if database.stat().st_size == 0:
            database.unlink()
    except OSError:
        pass  # it is not there, or the folder that cannot be written keeps it


def _sqlite_file(db_url: str) -> Path | None:
    parts = urlsplit(db_url)
    if not parts.scheme.startswith("sqlite") or parts.path in ("", "/"):
        return None
    return Path(parts.path[1:])

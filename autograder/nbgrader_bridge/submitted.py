"""Reads what a student handed in, whatever it is. Nothing below ``submitted/`` is ever changed."""

from __future__ import annotations

import fnmatch
import functools
import json
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.nbgrader_bridge.source_cells import ReleasedNotebook
from autograder.records import Limits, Note
from autograder.report.sanitise import plain

MIB = 1 << 20
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
"""What nbgrader passes over unless its configuration says otherwise."""
# nbgrader writes these beside each submission; they change with every submit and are no work of the student's
_NOT_FILES = ("timestamp.txt", "submission_secret.txt")
OTTER_LOG = ".OTTER_LOG"
"""Written by each check of a student's; it holds pickles, so it is never collected or read."""


@dataclass(frozen=True)
class RawCell:
    """A cell as it was handed in, types checked: ``grade_id`` and ``checksum`` are "" where there is none."""

    kind: str
    source: str
    cell_id: str = ""
    grade_id: str = ""
    checksum: str = ""
    attachments: dict[str, dict[str, str]] | None = None


@dataclass(frozen=True)
class RawNotebook:
    """Cells of a notebook as handed in. ``cells`` is None when there is nothing that could be read."""

    cells: tuple[RawCell, ...] | None
    notes: tuple[Note, ...] = ()


class _Unreadable(Exception):
    pass


def read_submitted(path: Path, released: ReleasedNotebook, expected: Collection[str], max_mb: float) -> RawNotebook:
    """The notebook at ``path``, or the one that was surely meant where that is missing.

    Parameters
    ----------
    path : Path
        Where the notebook should be.
    released : ReleasedNotebook
        What was handed out: its grade ids tell a notebook with a wrong name.
    expected : collection of str
        Stems of all notebooks of the assignment: none of them is taken for another.
    max_mb : float
        Size from which on a file is not read, in MiB.
    """
    if os.path.lexists(path):
        try:
            return RawNotebook(_read(path, max_mb))
        except _Unreadable as e:
            return RawNotebook(None, (Note("unreadable-notebook", f"{path.name} could not be read: {e}"),))
    found = _wrong_name(path, released, expected, max_mb)
    if found is None:
        text = f"{path.name} was not handed in."
        return RawNotebook(None, (Note("missing-notebook", text),))
    other, cells = found
    text = f"{path.name} was not handed in; {plain(other.name)[:100]} has its cells and was graded in its place."
    return RawNotebook(cells, (Note("wrong-name", text),))


def _wrong_name(
    path: Path, released: ReleasedNotebook, expected: Collection[str], max_mb: float
) -> tuple[Path, tuple[RawCell, ...]] | None:
    """The only other notebook beside ``path`` that has the released grade ids; None if there are several."""
    names = {c.name for c in released.cells}
    matches = []
    try:
        others = sorted(p for p in path.parent.iterdir() if p.suffix.lower() == ".ipynb" and p.stem not in expected)
    except OSError:
        return None
    for other in others:
        try:
            cells = _read(other, max_mb)
        except _Unreadable:
            continue
        if names & {c.grade_id for c in cells}:
            matches.append((other, cells))
    return matches[0] if len(matches) == 1 else None


def _read(path: Path, max_mb: float) -> tuple[RawCell, ...]:
    """Cells of a notebook file.

    Raises
    ------
    _Unreadable
        With a reason that a student understands.
    """
    raw = _load(path, max_mb)
    if not isinstance(raw, dict):
        raise _Unreadable("it is JSON but no notebook.")
    version = raw.get("nbformat")
    if version != 4:
        shown = version if isinstance(version, int) else "unknown"
        raise _Unreadable(f"it is in notebook format {shown}, not 4. Open it in JupyterLab, save it and submit again.")
    cells = raw.get("cells")
    if not isinstance(cells, list):
        raise _Unreadable("it has no list of cells.")
    return tuple(_cell(c) for c in cells if isinstance(c, dict))


def _load(path: Path, max_mb: float) -> Any:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise _Unreadable("it is no ordinary file.")
        if status.st_size > max_mb * MIB:
            raise _Unreadable(
                f"it has {status.st_size / MIB:.1f} MiB, more than the {max_mb:g} MiB allowed. "
                "Clear all outputs, save it and submit again."
            )
        return json.loads(path.read_bytes())
    except OSError as e:
        raise _Unreadable(f"{e.strerror}.") from e
    except (ValueError, RecursionError) as e:
        raise _Unreadable("it is no complete JSON file. Open it in JupyterLab, save it and submit again.") from e


def _cell(raw: dict[str, Any]) -> RawCell:
    kind = raw.get("cell_type")
    metadata = raw.get("metadata")
    meta = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    meta = meta if isinstance(meta, dict) else {}
    return RawCell(
        kind=kind if kind in ("code", "markdown", "raw") else "raw",
        source=plain(raw.get("source")),
        cell_id=_text(raw.get("id")),
        grade_id=_text(meta.get("grade_id")),
        checksum=_text(meta.get("checksum")),
        attachments=_attachments(raw.get("attachments")),
    )


def _attachments(raw: Any) -> dict[str, dict[str, str]] | None:
    """Pasted pictures of a text cell; whatever else is attached is left out."""
    if not isinstance(raw, dict):
        return None
    pictures = {}
    for name, bundle in raw.items():
        kept = {
            kind: plain(data)
            for kind, data in (bundle.items() if isinstance(bundle, dict) else ())
            if kind in ("image/png", "image/jpeg", "image/gif")
        }
        if kept:
            pictures[plain(name)] = kept
    return pictures or None


def _text(value: Any) -> str:
    return value if isinstance(value, str) and len(value) < 200 else ""


def files_beside(
    submitted: Path,
    released: Path,
    limits: Limits,
    ignore: Collection[str] = IGNORED,
    editable: Collection[str] = (),
) -> tuple[tuple[tuple[str, bytes], ...], tuple[Note, ...]]:
    """What lies beside a notebook when it runs: the student's files, and over them the course's.

    Parameters
    ----------
    ignore : collection of str
        Globs of files and folders that are passed over.
    editable : collection of str
        Files of the course of which the student's version counts.
    """
    found: dict[str, Path] = {}
    for folder, left_alone in ((submitted, ()), (released, editable)):
        for name in names_below(folder, (*ignore, "*.ipynb")):
            if name not in left_alone:
                found[name] = folder / name
    # half of the scratch space: the notebook needs room to write
    return files_of(found, limits.scratch_mb * MIB // 2)


def names_below(folder: Path, ignore: tuple[str, ...]) -> Iterator[str]:
    """Files below a folder, by relative path with forward slashes, without those that a glob of ``ignore`` names.

    nbgrader's own search lists a folder anew for each name and each glob.
    """
    ignored = _matcher(ignore)
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not ignored(name)]
        inside = "" if place == str(folder) else f"{Path(place).relative_to(folder).as_posix()}/"
        yield from (inside + name for name in files if not ignored(name))


@functools.lru_cache
def _matcher(globs: tuple[str, ...]) -> Callable[[str], re.Match | None]:
    return re.compile("|".join(map(fnmatch.translate, globs))).match


def files_of(found: dict[str, Path], max_bytes: int) -> tuple[tuple[tuple[str, bytes], ...], tuple[Note, ...]]:
    """Contents of the files beside a notebook, by relative path with forward slashes.

    Parameters
    ----------
    found : dict
        Path of each file by its name relative to the notebook.
    max_bytes : int
        Bytes of all files together; a file that does not fit is left out with a note.
    """
    files: list[tuple[str, bytes]] = []
    notes: list[Note] = []
    left = max_bytes
    for name, path in sorted(found.items()):
        if name in _NOT_FILES or Path(name).name == OTTER_LOG:
            continue
        try:
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                continue
            if status.st_size > left:
                shown = plain(name)[:100]
                text = f"The file {shown} ({status.st_size / MIB:.1f} MiB) is too large; the notebook ran without it."
                notes.append(Note("large-file", text))
                continue
            data = path.read_bytes()
        except OSError:
            continue
        left -= len(data)
        files.append((plain(name), data))
    return tuple(files), tuple(notes)

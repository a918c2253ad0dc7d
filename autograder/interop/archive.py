"""Reads a zip from somebody else: into memory, within limits, and nothing is written or run."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath

from autograder.errors import BadArchive

MAX_FILES = 2000
MAX_BYTES = 200 << 20
MAX_FILE_BYTES = 50 << 20


def read_zip(path: Path) -> dict[str, bytes]:
    """Contents of a zip by name.

    Raises
    ------
    BadArchive
        With every problem: no zip, a name that leads out of the folder, a link, a name twice, an encrypted entry,
        more than may be unpacked (counted while it is unpacked, whatever the headers say).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            problems = _problems(path, infos)
            if problems:
                raise BadArchive(problems)
            return _contents(path, archive, infos)
    except FileNotFoundError as e:
        raise BadArchive(f"{path}: no such file. Name a zip, a folder or a notebook.") from e
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as e:
        raise BadArchive(f"{path}: cannot be read as a zip ({e}). Make it anew.") from e


def _problems(path: Path, infos: list[zipfile.ZipInfo]) -> list[str]:
    problems = []
    if len(infos) > MAX_FILES:
        problems.append(f"{path}: {len(infos)} files, at most {MAX_FILES} are read. Leave out what is not needed.")
    if sum(i.file_size for i in infos) > MAX_BYTES:
        problems.append(f"{path}: unpacks to more than {MAX_BYTES >> 20} MiB. Leave out what is not needed.")
    seen: set[str] = set()
    for info in infos[: MAX_FILES + 1]:
        name = info.filename
        if not is_inside(name):
            problems.append(f"{path}: the entry {name!r} leads out of the folder. Do not trust this file.")
        if stat.S_ISLNK(info.external_attr >> 16):
            problems.append(f"{path}: the entry {name!r} is a link. Put the file itself in its place.")
        if info.flag_bits & 1:
            problems.append(f"{path}: the entry {name!r} is encrypted. Make the zip without a password.")
        if name in seen:
            problems.append(f"{path}: the entry {name!r} is there twice. Remove one.")
        seen.add(name)
    return problems


def is_inside(name: str) -> bool:
    """Whether a name stays below the folder that it is relative to."""
    pure = PurePosixPath(name)
    return not (pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name or ":" in pure.parts[0])


def _contents(path: Path, archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for info in infos:
        allowed = min(left, MAX_FILE_BYTES)
        with archive.open(info) as entry:
            data = entry.read(allowed + 1)  # the header may lie about the size
        if len(data) > allowed:
            raise BadArchive(
                f"{path}: the entry {info.filename!r} unpacks to more than {allowed >> 20} MiB. Leave it out."
            )
        left -= len(data)
        files[info.filename] = data
    return files


def read_folder(path: Path) -> dict[str, bytes]:
    """Ordinary files below a folder, under the limits of a zip; links are refused.

    Raises
    ------
    BadArchive
    """
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for found in sorted(path.rglob("*")):
        name = found.relative_to(path).as_posix()
        if found.is_symlink():
            raise BadArchive(f"{found}: is a link. Put the file itself in its place.")
        if not found.is_file() or "__pycache__" in found.parts or ".ipynb_checkpoints" in found.parts:
            continue
        left -= found.stat().st_size
        if len(files) >= MAX_FILES or left < 0:
            raise BadArchive(f"{path}: more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB. Name a smaller folder.")
        files[name] = found.read_bytes()
    return files

"""Reads a zip from somebody else: into memory, within limits, and nothing is written or run."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from autograder.errors import BadArchive
from autograder.interop.foreign import odd_character

MAX_FILES = 2000
MAX_BYTES = 200 << 20
MAX_FILE_BYTES = 50 << 20
MAX_NAME = 200
"""Bytes of one part of a name: a file system allows 255, and a few are added here."""

# All that the standard library raises of a broken zip: its headers, its four ways to compress.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, NotImplementedError, ValueError,
    RuntimeError, IndexError, OverflowError, MemoryError,
)  # fmt: skip


def read_zip(path: Path) -> dict[str, bytes]:
    """Contents of a zip by name.

    Raises
    ------
    BadArchive
        With every problem: no zip, a broken one, a name that leads out of the folder or is too long, a link, a name
        twice, an encrypted entry, more than may be unpacked (counted while it is unpacked, whatever the headers say).
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
    except _BROKEN as e:
        raise BadArchive(f"{path}: cannot be read as a zip ({e or type(e).__name__}). Make it anew.") from e


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
            problems.append(
                f"{path}: the entry {name!r} names no file, or leads out of the folder. Do not trust this file."
            )
            continue
        problems += _problems_of_name(f"{path}: the entry", name)
        if stat.S_ISLNK(info.external_attr >> 16):
            problems.append(f"{path}: the entry {name!r} is a link. Put the file itself in its place.")
        if info.flag_bits & 1:
            problems.append(f"{path}: the entry {name!r} is encrypted. Make the zip without a password.")
        name = plain_name(name)
        if name in seen:
            problems.append(f"{path}: the entry {name!r} is there twice. Remove one.")
        seen.add(name)
    folders = {folder.as_posix() for name in seen for folder in PurePosixPath(name).parents}
    problems += [f"{path}: the entry {n!r} is a file and a folder. Rename one." for n in sorted(seen & folders)]
    return problems


def _problems_of_name(what: str, name: str) -> list[str]:
    if odd_character(name) or "\n" in name:
        return [f"{what} {name[:40]!r} has a character that no name can have. Rename it."]
    if any(len(part.encode()) > MAX_NAME for part in PurePosixPath(name).parts):
        return [f"{what} {name[:40]!r}... has a name of more than {MAX_NAME} bytes. Shorten it."]
    return []


def plain_name(name: str) -> str:
    """A name without parts that mean nothing: "./a//b" is "a/b"."""
    return PurePosixPath(name).as_posix()


def is_inside(name: str) -> bool:
    """Whether a name stays below the folder that it is relative to."""
    pure = PurePosixPath(name)
    odd = pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name
    return not odd and bool(pure.parts) and ":" not in pure.parts[0]


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
        files[plain_name(info.filename)] = data
    return files


def read_folder(path: Path) -> dict[str, bytes]:
    """Ordinary files below a folder, under the limits of a zip; links are refused.

    Raises
    ------
    BadArchive
    """
    try:
        return _files_below(path)
    except OSError as e:
        raise BadArchive(f"{path}: cannot be read ({e}). Mend its rights, or name another folder.") from e


def _files_below(path: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for found in sorted(path.rglob("*")):
        name = found.relative_to(path).as_posix()
        if found.is_symlink():
            raise BadArchive(f"{found}: is a link. Put the file itself in its place.")
        if not found.is_file() or "__pycache__" in found.parts or ".ipynb_checkpoints" in found.parts:
            continue
        problems = _problems_of_name(f"{path}: the file", name)
        if problems:
            raise BadArchive(problems)
        left -= found.stat().st_size
        if len(files) >= MAX_FILES or left < 0:
            raise BadArchive(f"{path}: more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB. Name a smaller folder.")
        files[name] = found.read_bytes()
    return files

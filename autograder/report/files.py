"""Where reports and exports are written: what a place refuses is told as :class:`Unwritable`, in one sentence."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import Unwritable


def make_private(folder: Path) -> None:
    """Make a folder that its owner alone can enter: hidden tests and grades lie in it.

    Raises
    ------
    Unwritable
    """
    make_folder(folder, 0o700)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder, with all above it, where none is.

    Raises
    ------
    Unwritable
    """
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as e:
        raise _unwritable(folder, e) from e


def write_text(path: Path, text: str) -> None:
    """Write a file as it is: UTF-8, line ends unchanged.

    Raises
    ------
    Unwritable
    """
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as e:
        raise _unwritable(path, e) from e


def _unwritable(path: Path, error: OSError) -> Unwritable:
    reason = error.strerror or error
    return Unwritable(f"{path}: cannot be written ({reason}). Make it writable, or name another place.")

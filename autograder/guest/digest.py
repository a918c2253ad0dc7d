"""The digest by which both sides know that they speak of the same guest."""

from __future__ import annotations

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def guest_sources(package: Path = PACKAGE) -> list[Path]:
    """Every source file that goes into a sandbox beside the package's ``__init__.py``, sorted."""
    folders = [package / "guest", package / "protocol"]
    files = [path for folder in folders if folder.is_dir() for path in folder.rglob("*.py")]
    single = package / "protocol.py"
    if single.is_file():
        files.append(single)
    return sorted(files, key=lambda path: path.relative_to(package).as_posix())


def guest_digest(package: Path = PACKAGE) -> str:
    """SHA-256 (hex) over names and contents of :func:`guest_sources`.

    The supervisor says it in its hello; the host compares, so that an image built from an older
    checkout is refused by name and not by a riddle.
    """
    digest = hashlib.sha256()
    for path in guest_sources(package):
        for part in (path.relative_to(package).as_posix().encode(), path.read_bytes()):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()

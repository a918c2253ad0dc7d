"""Passwords of a hub on one machine: made once, shown once, kept as scrypt hashes in a file of mode 0600."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

_WORK = {"n": 1 << 14, "r": 8, "p": 1}
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and figures that look alike in print."""


def make_passwords(path: Path, names: Iterable[str]) -> dict[str, str]:
    """Give a password to each name that has none yet; returns the new ones, which are kept nowhere."""
    known = _read(path)
    new = {name: "-".join(_word() for _ in range(3)) for name in names if name not in known}
    write_passwords(path, known | {name: _hash(password) for name, password in new.items()})
    return new


def forget_passwords(path: Path, names: Iterable[str]) -> None:
    """Take the passwords of these names; they get new ones the next time."""
    gone = set(names)
    write_passwords(path, {name: kept for name, kept in _read(path).items() if name not in gone})


def write_passwords(path: Path, hashes: Mapping[str, str]) -> None:
    """Replace the file at once; it is readable by its owner alone from its first byte on."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as f:
        json.dump(dict(hashes), f, indent=1)
    fresh.replace(path)


def check_password(path: Path, name: str, password: str) -> bool:
    """Whether this is the person's password; takes as long for a name that nobody has."""
    stored = _read(path).get(name)
    salt, _, digest = (stored or f"{'0' * 32}$").partition("$")
    found = _scrypt(password, bytes.fromhex(salt))
    return hmac.compare_digest(found, digest) and stored is not None


def _read(path: Path) -> dict[str, str]:
    return json.loads(path.read_text(encoding="ascii")) if path.exists() else {}


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(5))


def _hash(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(password, salt)}"


def _scrypt(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_WORK).hex()

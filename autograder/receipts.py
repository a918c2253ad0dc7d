"""Signed receipts: what was handed in, by whom, and when it arrived by the server's clock.

A receipt is a small JSON file that the student keeps. Staff verify it offline with the course's public key: it holds
even where the server's own records are lost. It names each file with its SHA-256, as ``sha256sum`` prints it.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import BadReceipt, Unwritable
from autograder.private_file import make_once

VERSION = 1
_FIELDS = ("course", "assignment", "student", "received", "digest", "files", "key")


@dataclass(frozen=True)
class Receipt:
    """What a receipt says.

    Attributes
    ----------
    received : datetime
        When the last byte arrived, with a time zone.
    files : mapping
        SHA-256 of each file, as hexadecimal, by its path.
    key : str
        Id of the key that it was signed with.
    signature : bytes
        Ed25519, over :meth:`signed_text`.
    """

    course: str
    assignment: str
    student: str
    received: dt.datetime
    files: Mapping[str, str]
    key: str = ""
    signature: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 of the list of files; the same as ``sha256sum FILES | sha256sum`` with the files in order of name."""
        return digest_of(self.files)

    def signed_text(self) -> bytes:
        """The bytes that are signed: each field, in one form that every machine writes alike."""
        values = {
            "version": VERSION,
            "course": self.course,
            "assignment": self.assignment,
            "student": self.student,
            "received": self.received.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "digest": self.digest,
            "files": dict(self.files),
            "key": self.key,
        }
        return json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")

    def to_json(self) -> str:
        """The file that a student keeps."""
        raw = json.loads(self.signed_text()) | {"signature": base64.b64encode(self.signature).decode("ascii")}
        return json.dumps(raw, ensure_ascii=True, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Receipt:
        """Inverse of :meth:`to_json`; says nothing of the signature.

        Raises
        ------
        BadReceipt
            If the text is no receipt of this version.
        """
        try:
            raw = json.loads(text)
            if raw.pop("version") != VERSION or set(raw) != {*_FIELDS, "signature"}:
                raise ValueError("its fields are not those of a receipt")
            files = raw["files"]
            texts = [raw["course"], raw["assignment"], raw["student"], raw["key"], *files, *files.values()]
            received = dt.datetime.fromisoformat(raw["received"])
            if not all(isinstance(text, str) for text in texts) or received.tzinfo is None:
                raise ValueError("a field is of another type")
            signature = base64.b64decode(raw["signature"], validate=True)
            found = cls(raw["course"], raw["assignment"], raw["student"], received, files, raw["key"], signature)
            if found.digest != raw["digest"]:
                raise ValueError("its digest is not that of its files")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
            raise BadReceipt(f"This is no receipt ({e}). Ask the student for the file as it was downloaded.") from e
        return found


def digest_of(files: Mapping[str, str]) -> str:
    """One SHA-256 for a list of files with theirs."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


class SigningKey:
    """The course's key pair: the private half in a file of mode 0600, the public half beside it for everybody."""

    def __init__(self, private: Any):
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self._private = private
        self.public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.key_id = key_id(self.public)

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """The key at ``path``, made on first use; ``<path>.pub`` is its public half.

        Raises
        ------
        Unwritable
            If it cannot be made or read.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
            load_pem_private_key,
        )

        try:
            if not path.exists():
                data = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
                make_once(path, data)
            key = cls(load_pem_private_key(path.read_bytes(), password=None))
            public = public_path(path)
            if not public.exists():
                public.write_bytes(key.public)
        except (OSError, ValueError) as e:
            raise Unwritable(f"{path}: the key for receipts cannot be made or read ({e}). Restore it.") from e
        return key

    def sign(self, receipt: Receipt) -> Receipt:
        """The receipt with its key and its signature."""
        named = dataclasses.replace(receipt, key=self.key_id)
        return dataclasses.replace(named, signature=self._private.sign(named.signed_text()))


def public_path(private: Path) -> Path:
    return private.with_name(private.name + ".pub")


def key_id(public: bytes) -> str:
    """Sixteen hexadecimal digits that name a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def verify(receipt: Receipt, public: bytes) -> None:
    """Check a receipt with a public key, in PEM.

    Raises
    ------
    BadReceipt
        If it was signed with another key, or changed since.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if receipt.key != key_id(public):
        raise BadReceipt(f"It names the key {receipt.key}, and this is {key_id(public)}. Verify it with that key.")
    try:
        load_pem_public_key(public).verify(receipt.signature, receipt.signed_text())
    except InvalidSignature as e:
        raise BadReceipt("Its signature is not right: the receipt was changed, or this server did not write it.") from e


def compare(receipt: Receipt, folder: Path) -> list[str]:
    """How the files of a folder differ from those of a receipt; empty if they do not."""
    said = []
    for name, digest in sorted(receipt.files.items()):
        path = folder / name
        if not path.is_file():
            said.append(f"{name}: is not there")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            said.append(f"{name}: is another version")
    return said

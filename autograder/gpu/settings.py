"""The section [gpu] of assignment.toml: what runs on a card, and what it may use there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

RANGES: dict[str, tuple[float, float]] = {
    "file_kb": (1, 65536),
    "seconds": (1, 3600),
    "card_mb": (16, 1_000_000),
    "memory_mb": (64, 1_000_000),
    "queue_seconds": (0, 86400),
}
"""Outside these a value is surely a slip of the pen."""


@dataclass(frozen=True)
class CardJob:
    """What runs on a card.

    ``function`` of the notebook is called as ``function(profile, device, folder)``, for the question named. It leaves
    ``files`` of at most ``file_kb`` KiB each. ``seconds`` is its wall time, ``card_mb`` its share of the card's memory
    and ``memory_mb`` of the machine's, in MiB; who waits longer than ``queue_seconds`` for the card goes without it.
    """

    question: str = ""
    function: str = "run"
    files: tuple[str, ...] = ()
    file_kb: int = 1024
    seconds: float = 600.0
    card_mb: int = 8192
    memory_mb: int = 16384
    queue_seconds: float = 600.0


def read_card_job(raw: Any) -> tuple[CardJob, list[tuple[str, str, str]]]:
    """The section as it was written, and its problems: each a key, what is wrong, and what to do."""
    if not isinstance(raw, dict):
        return CardJob(), [("gpu", f"must be a table, not {raw!r}", "Write a section [gpu].")]
    problems: list[tuple[str, str, str]] = []
    good: dict[str, Any] = {}
    known = {f.name: type(f.default) for f in dataclasses.fields(CardJob)}
    for key, value in raw.items():
        where = f"gpu.{key}"
        if key not in known:
            problems.append((where, f"unknown key {key!r}", f"Known keys: {', '.join(sorted(known))}."))
        elif key == "files":
            if isinstance(value, list) and value and all(_is_name(name) for name in value):
                good[key] = tuple(value)
            else:
                problems.append((where, f"must be names of files, not {value!r}", 'Write files = ["model.pt"].'))
        elif key in RANGES:
            low, high = RANGES[key]
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
            if number and known[key](value) == value:
                good[key] = known[key](value)
            else:
                problems.append((where, f"{value!r} makes no sense", f"Choose a number from {low:g} to {high:g}."))
        elif isinstance(value, str) and value.isidentifier():
            good[key] = value
        else:
            problems.append((where, f"must be a name, not {value!r}", f'Write {key} = "...".'))
    for key in ("question", "files"):
        if key not in raw:
            problems.append((f"gpu.{key}", "is missing", f"Add {key} to the section [gpu]."))
    return CardJob(**good), problems


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value not in ("", ".", "..") and PurePosixPath(value).name == value

"""Comma-separated tables that a spreadsheet can open without harm.

Names, e-mail addresses and file names come from outside: a cell that begins like a formula would be run by the
spreadsheet of whoever opens the file. Such a text gets an apostrophe before it, as OWASP advises.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The table as text: RFC 4180, every text quoted, numbers bare, NaN and None empty."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([safe_cell(value) for value in row])
    return out.getvalue()


def safe_cell(value: Any) -> str | float | int:
    """A cell's value: numbers stay numbers, text cannot be a formula."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return ""
        return int(value) if float(value).is_integer() else round(float(value), 6)
    if value is None:
        return ""
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text

"""Sections of docs/interop.md that are written by commands."""

from __future__ import annotations

import re
from pathlib import Path


def write_section(page: Path, name: str, text: str) -> None:
    """Put ``text`` between the marks of a section."""
    begin, end = f"<!-- {name}: written by `make interop` -->", f"<!-- end of {name} -->"
    old = page.read_text(encoding="utf-8")
    new = re.sub(f"{re.escape(begin)}.*{re.escape(end)}", lambda _: f"{begin}\n{text}\n{end}", old, flags=re.DOTALL)
    page.write_text(new, encoding="utf-8")

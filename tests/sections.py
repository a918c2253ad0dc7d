"""Sections of pages in docs/ that commands write: what stands around them is written by people and stays."""

from __future__ import annotations

import re
from pathlib import Path


def write_section(page: Path, name: str, text: str) -> None:
    """Put ``text`` between ``<!-- name -->`` and ``<!-- /name -->``; the first may say more after a colon.

    Raises
    ------
    SystemExit
        If the page has no such section: then a figure would be lost.
    """
    marks = re.compile(rf"(<!-- {re.escape(name)}(?:: [^>]*)? -->).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    new, count = marks.subn(lambda m: f"{m[1]}\n{text}\n{m[2]}", page.read_text(encoding="utf-8"))
    if count != 1:
        raise SystemExit(f"{page}: has {count} sections {name!r}; write <!-- {name} --> and <!-- /{name} --> once.")
    page.write_text(new, encoding="utf-8")

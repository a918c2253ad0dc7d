"""Service times as the benchmark measured them, for the simulation: figures/service-times.json beside the page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path


def path_in(docs: Path) -> Path:
    return docs / "figures" / "service-times.json"


def keep(docs: Path, week: str, seconds: Sequence[float], engine: str) -> None:
    """Write the times of a week in place of its earlier ones: wall time of each submission, every processor busy."""
    found = read(docs)
    found[week] = {
        "date": dt.date.today().isoformat(),
        "engine": engine,
        "seconds": [round(value, 3) for value in sorted(seconds)],
    }
    path_in(docs).parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found)]
    path_in(docs).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read(docs: Path) -> dict[str, dict]:
    """By week: ``date``, ``engine`` and ``seconds``."""
    path = path_in(docs)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

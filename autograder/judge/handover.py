"""A run on a graphics card on its way from the coordinator to the judge: files in a folder that only they can read."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.records import CardRun


@contextlib.contextmanager
def handed_over(run: CardRun | None) -> Iterator[str]:
    """Path of a folder that holds the run while inside; "" where there is none."""
    if run is None:
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="autograder-run-") as folder:
        about = {**dataclasses.asdict(run), "files": [name for name, _ in run.files]}
        for number, (_, data) in enumerate(run.files):
            Path(folder, f"{number}.bytes").write_bytes(data)
        Path(folder, "run.json").write_text(json.dumps(about), encoding="utf-8")
        yield folder


def receive(folder: Path) -> CardRun:
    """Inverse of :func:`handed_over`."""
    about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    names = about.pop("files")
    files = tuple((name, (folder / f"{number}.bytes").read_bytes()) for number, name in enumerate(names))
    return CardRun(**about, files=files)

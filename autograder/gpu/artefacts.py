"""What a run left behind, as bytes: the sizes and the JSON are looked at here, everything else in a sandbox.

Weights are never opened on this side: the suite has them loaded, with ``weights_only=True``, by a process that has
trained nothing.
"""

from __future__ import annotations

import json
from typing import Any

from autograder.errors import InvalidArtefact
from autograder.gpu.settings import CardJob
from autograder.judge.probes import probe


@probe
def read_files(ns, folder, names, most):
    """Bytes of some files; None for one that is not there, the size alone of one that is too large."""
    from pathlib import Path

    found = {}
    for name in names:
        path = Path(folder) / name
        size = path.stat().st_size if path.is_file() else None
        found[name] = path.read_bytes() if size is not None and size <= most else size
    return found


def checked(found: Any, job: CardJob) -> tuple[tuple[str, bytes], ...]:
    """The files of a run, in the order of the manifest.

    Parameters
    ----------
    found : Any
        What :func:`read_files` answered; the process that answers is the student's and may say anything.

    Raises
    ------
    InvalidArtefact
        With a sentence for the student.
    """
    if type(found) is not dict:
        raise InvalidArtefact("what the run left behind could not be read")
    files = []
    for name in job.files:
        data = found.get(name)
        if data is None:
            raise InvalidArtefact(f"the run did not write {name}")
        if type(data) is not bytes or len(data) > job.file_kb << 10:
            raise InvalidArtefact(f"{name} is larger than {job.file_kb} KiB")
        if name.endswith(".json"):
            _parse(name, data)
        files.append((name, data))
    return tuple(files)


def _parse(name: str, data: bytes) -> None:
    try:
        json.loads(data.decode("utf-8"))
    # RecursionError: brackets nested a hundred thousand deep
    except (ValueError, RecursionError):
        raise InvalidArtefact(f"{name} is no JSON") from None

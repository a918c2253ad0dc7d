"""The graders that ours is compared with, each in an environment of its own: build/peers/<name>.

Versions are those of requirements.txt, so that all sides run the same numpy and the same kernel. What is there is used
again until that file or the list here changes.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from tests.bench.courses import REPOSITORY

FOLDER = REPOSITORY / "build" / "peers"
PINS = REPOSITORY / "requirements.txt"
PEERS = {"nbgrader": ("nbgrader",), "otter": ("otter-grader",)}
COURSE = ("ipykernel", "matplotlib", "numpy", "pytest", "scipy", "scikit-learn")
"""What notebooks and suites import, and pytest's own ``raises`` and marks."""


def python_of(peer: str, extra: Collection[str] = ()) -> Path:
    """The interpreter of a peer's environment, made where it is not there.

    Parameters
    ----------
    peer : str
        A key of PEERS.
    extra : collection of str
        More packages that the notebooks of this run import: torch is large, and one week alone wants it.

    Raises
    ------
    SystemExit
        If it cannot be installed.
    """
    folder = FOLDER / peer
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = {name: _pinned(name) for name in (*PEERS[peer], *COURSE, *extra)}
    have = dict(line.split("==") for line in stamp.read_text().split()) if stamp.is_file() else {}
    pins = f"pins=={hashlib.sha256(PINS.read_bytes()).hexdigest()}"
    if have.get("pins") != pins.split("==")[1]:
        have = {}
    missing = [f"{name}=={version}" for name, version in wanted.items() if have.get(name) != version]
    if missing:
        print(f"{folder}: installing {', '.join(missing)}", file=sys.stderr, flush=True)
        if not python.exists():
            _run(sys.executable, "-m", "venv", str(folder))
        pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        for requirement in [m for m in missing if m.startswith("torch")]:
            _run(*pip, requirement)  # alone: a constraint would name the build that was locked
        if rest := [m for m in missing if not m.startswith("torch")]:
            _run(*pip, "--constraint", str(PINS), *rest)
        lines = [pins, *(f"{name}=={version}" for name, version in {**have, **wanted}.items() if name != "pins")]
        stamp.write_text("\n".join(lines) + "\n")
    return python


def environment_of(python: Path, shim: Path, secret: str) -> dict[str, str]:
    """For a peer's commands: its own programs first, the tests beside it, and nothing of our package."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOGRADER_", "VIRTUAL_ENV"))}
    path = os.pathsep.join((str(python.parent), os.environ.get("PATH", os.defpath)))
    return {**kept, "PATH": path, "PYTHONPATH": str(shim), "BENCH_SECRET": secret}


def _pinned(name: str) -> str:
    found = re.search(rf"(?mi)^{re.escape(name)}==(\S+)", PINS.read_text(encoding="utf-8"))
    if not found:
        raise SystemExit(f"{PINS}: pins no {name}")
    return found[1]


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")

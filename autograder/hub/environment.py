"""The libraries that students have, as they were tested together: ``python -m autograder.hub.environment``.

Writes ``hub_config/students.txt`` (for pip) and ``environment.yml`` (for conda) from ``requirements.txt``; the one list
of names is here.
"""

from __future__ import annotations

import re
from pathlib import Path

NAMES = (
    "jupyterlab", "notebook", "ipykernel", "nbgrader", "otter-grader", "numpy", "scipy", "scikit-learn", "matplotlib",
    "torch",
)  # fmt: skip
"""What a student works in, what the course imports, and the public checks."""

_SAID = "Written by `python -m autograder.hub.environment` from requirements.txt; do not edit."


def pins(lock: str) -> list[str]:
    """``name==version`` of each of NAMES, as the lock has it.

    Raises
    ------
    KeyError
        If the lock has none of that name.
    """
    known = {name.lower(): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)}
    return [f"{name}=={known[name]}" for name in NAMES]


def for_pip(lock: str) -> str:
    return "\n".join([f"# {_SAID}", *pins(lock)]) + "\n"


def for_conda(lock: str) -> str:
    """Conda makes the interpreter, pip the rest: the same wheels as on the hub."""
    lines = [f"# {_SAID}", "name: course", "channels: [conda-forge]", "dependencies:", "  - python=3.11", "  - pip"]
    return "\n".join([*lines, "  - pip:", *(f"      - {pin}" for pin in pins(lock))]) + "\n"


def write(root: Path) -> None:
    """Write both files below the checkout's root."""
    lock = (root / "requirements.txt").read_text(encoding="utf-8")
    (root / "hub_config" / "students.txt").write_text(for_pip(lock), encoding="utf-8")
    (root / "environment.yml").write_text(for_conda(lock), encoding="utf-8")


if __name__ == "__main__":
    write(Path())

"""The libraries that students have, as they were tested together: ``python -m autograder.hub.environment``.

Writes ``hub_config/students.txt`` (for pip) and ``environment.yml`` (for conda) from ``requirements.txt``; the one list
of names is here. With names as arguments it prints their pins and those of all that they need: what an image installs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
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


def closure(lock: str, names: Iterable[str]) -> list[str]:
    """``name==version`` of these and of all that they need, as the lock's comments tell who needs what.

    Raises
    ------
    KeyError
        If the lock has none of a name.
    """
    wanted_by: dict[str, set[str]] = {}
    pin_of: dict[str, str] = {}
    name = ""
    for line in lock.splitlines():
        if found := re.match(r"([\w.-]+)==\S+", line):
            name = _same(found[1])
            pin_of[name], wanted_by[name] = found[0], set()
        elif found := re.match(r"\s+#\s+(?:via\s+)?([\w.-]+)", line):
            wanted_by[name].add(_same(found[1]))
    needed = {_same(name) for name in names}
    missing = needed - set(pin_of)
    if missing:
        raise KeyError(", ".join(sorted(missing)))
    while more := {name for name, by in wanted_by.items() if by & needed} - needed:
        needed |= more
    return [pin_of[name] for name in sorted(needed)]


def _same(name: str) -> str:
    """A name as all its spellings have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


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
    if len(sys.argv) > 1:
        print("\n".join(closure(Path("requirements.txt").read_text(encoding="utf-8"), sys.argv[1:])))
    else:
        write(Path())

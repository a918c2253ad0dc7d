"""What an attack is: a notebook that somebody hands in, and what must come of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MARKER = "LEFTOVER-9c1e"
"""In the source of every attack, and in the name of whatever it tries to leave behind."""

PLAIN_AS_ROOT = {"plain": "student code runs as whoever grades: here as root"} if os.getuid() == 0 else {}
"""``open_on`` of what an ordinary user may not do on this machine either."""

WRONG = "def answer(x):\n    return 0"
"""The honest wrong answer beside each attack: it earns nothing in the attacked question."""


@dataclass(frozen=True)
class Attack:
    """One dishonest (or careless) submission.

    Attributes
    ----------
    name : str
        Names the test.
    line : str
        The line of the field's catalogue that it stands for; "own" where nobody published it, "" for honest ones.
    first, answer, last : str
        Sources of a cell before the questions, of the attacked question's solution cell, of a cell at the end.
    files : dict
        Handed in beside the notebook.
    notebook : callable, optional
        Changes the submitted notebook's JSON, or replaces it by bytes.
    expect : frozenset of str
        Kinds of notes and causes of failed tests that show that the attack has bitten; without any, its own
        cells must have run to their end (an attack with a slip of the pen proves nothing).
    says : str
        What the student must read of it: the sentence of a limit, with its value.
    open_on : dict
        Engines that do not stop it, and why: expected failures, by name and strict.
    not_on : dict
        Engines on which it must not be tried, because it would harm the machine of the tests, and why.
    landlock : int
        Without namespaces it is Landlock that stops it, from this ABI on.
    same_worker : bool
        It trips no limit, and so it must not cost the worker.
    """

    name: str
    line: str
    first: str = ""
    answer: str = WRONG
    last: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    notebook: Callable[[dict[str, Any]], dict[str, Any] | bytes] | None = None
    expect: frozenset[str] = frozenset()
    says: str = ""
    open_on: dict[str, str] = field(default_factory=dict)
    not_on: dict[str, str] = field(default_factory=dict)
    landlock: int = 0
    same_worker: bool = False


def submitted_notebook(release: dict[str, Any], attack: Attack) -> dict[str, Any] | bytes:
    """The notebook that is handed in: the release, filled in."""
    notebook = json.loads(json.dumps(release))
    mark = f"# {MARKER}\n" if attack.line else ""  # an honest submission looks for the attack's traces
    for cell in notebook["cells"]:
        key = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if key == "q1_solution":
            cell["source"] = f"{mark}{attack.answer}"
        if key == "q2_solution":
            cell["source"] = "def double(x):\n    return 2 * x"
    if attack.first:
        notebook["cells"].insert(0, _cell("attack-first", mark + attack.first))
    if attack.last:
        notebook["cells"].append(_cell("attack-last", mark + attack.last))
    return attack.notebook(notebook) if attack.notebook else notebook


def _cell(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [], "execution_count": None}

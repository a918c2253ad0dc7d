"""The toy course in a folder of its own, nbgrader's commands in it, and a class that hands in."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "toycourse"
WEEK = "toy_week"
ENGINE = os.environ.get("AUTOGRADER_ENGINE", "local")
Scores = dict[str, dict[str, tuple[float | None, bool]]]

_HAND_IN = """
import sys
from pathlib import Path
from autograder.nbgrader_bridge.commands import load_settings, submit
config = load_settings(Path(sys.argv[1]))
for folder in sorted(Path(sys.argv[1], "students").glob("*/*")):
    submit(config, folder.parent.name, folder)
"""
PRESSED_IN_A_FINALIZER = """
import signal

class Pressed:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def press(**_):
    Pressed()

c.BaseConverter.pre_convert_hook = press
"""
"""Configuration of nbgrader in which Ctrl-C comes before the first student, where Python would lose it."""

_SEVERAL = """
import json, sys
from pathlib import Path
from autograder.nbgrader_bridge.commands import run_nbgrader
codes = [run_nbgrader(Path(sys.argv[1]), argv) for argv in json.loads(sys.argv[2])]
print("CODES", json.dumps(codes))
"""


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "AUTOGRADER_ENGINE": ENGINE, **more}


def nbgrader(root: Path, *commands: list[str], **more: str) -> tuple[list[int], str]:
    """Exit codes of several commands run in one process, and all that they said: a process costs 3 s."""
    done = subprocess.run(
        [sys.executable, "-c", _SEVERAL, str(root), json.dumps(commands)],
        capture_output=True,
        text=True,
        env=environment(**more),
        timeout=300,
        check=False,
    )
    said = done.stdout + done.stderr
    codes = [line.removeprefix("CODES ") for line in done.stdout.splitlines() if line.startswith("CODES ")]
    assert codes, said
    return json.loads(codes[0]), said


def submit_all(root: Path) -> None:
    """What each student's own ``nbgrader submit`` does, then the instructor's ``nbgrader collect``."""
    subprocess.run([sys.executable, "-c", _HAND_IN, str(root)], env=environment(), timeout=300, check=True)
    codes, said = nbgrader(root, ["collect", WEEK, "--ExchangeCollect.check_owner=False"])
    assert codes == [0], said


def real_nbgrader(root: Path, *argv: str, seconds: float = 300, **more: str) -> subprocess.CompletedProcess[str]:
    """The command itself, as an instructor types it."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *argv],
        cwd=root,
        capture_output=True,
        text=True,
        env=environment(**more),
        timeout=seconds,
        check=False,
    )


def scores(database: Path, assignment: str = WEEK) -> Scores:
    """(automatic score, needs a person) by student and question, out of the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{database}") as gb:
        return {
            s.student.id: {g.name: (g.auto_score, g.needs_manual_grade) for nb in s.notebooks for g in nb.grades}
            for s in gb.assignment_submissions(assignment)
        }


class ToyClass:
    """Makes students' folders; :func:`submit_all` hands them in."""

    def __init__(self, root: Path, where: str = "students"):
        self.root, self.where = root, where
        self.release = json.loads((root / "assignments" / WEEK / "toy.ipynb").read_text())
        source = json.loads((root / "course" / "source" / WEEK / "toy.ipynb").read_text())
        self.solutions = {grade_id(c): c["source"] for c in source["cells"] if is_solution(c)}

    def right(self, **over: str) -> dict[str, Any]:
        """A notebook with the reference's answers, save those given."""
        notebook = copy.deepcopy(self.release)
        for cell in notebook["cells"]:
            if is_solution(cell):
                cell["source"] = over.get(grade_id(cell), self.solutions[grade_id(cell)])
        return notebook

    def hand_in(self, student: str, content: dict[str, Any] | str | None, name: str = "toy.ipynb") -> None:
        folder = self.root / self.where / student / WEEK
        shutil.copytree(self.root / "assignments" / WEEK / "data", folder / "data", dirs_exist_ok=True)
        if content is not None:
            (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


def grade_id(cell: dict[str, Any]) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def is_solution(cell: dict[str, Any]) -> bool:
    return cell["metadata"].get("nbgrader", {}).get("solution", False)


def cell_of(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in notebook["cells"] if grade_id(c) == name)


def code(source: str) -> dict[str, Any]:
    cell = {"cell_type": "code", "execution_count": None, "id": "added", "metadata": {}, "outputs": []}
    return {**cell, "source": source}


def files_below(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

"""`make attack-table`: attacks of the catalogue against ours, stock nbgrader and otter, side by side.

The two others are the controls that show that an attack is real. Each control runs in a throw-away sandbox of
bubblewrap: this machine read-only, no network, processes and /tmp of its own. Writes the table into
docs/security.md, between the two marks.
"""

from __future__ import annotations

import atexit
import datetime as dt
import functools
import importlib.metadata
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from tests.integration.sandbox_engines import find_engines
from tests.sections import write_section
from tests.security.attack import Attack, submitted_notebook
from tests.security.attacks import CATALOGUE
from tests.security.vault import CANARIES
from tests.security.way import Way

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "security.md"
SECONDS = 600

CHOSEN = (
    "walks_the_whole_disk",
    "walks_the_stack",
    "hooks_every_cell_and_prints_it",
    "writes_to_the_gradebook",
    "shows_a_score_first",
    "hands_in_pickles",
    "returns_what_equals_everything",
    "patches_all_comparisons",
    "strips_asserts",
    "empties_later_cells",
    "overwrites_names_of_the_grader",
    "edits_points",
    "edits_its_own_grade_cell",
    "leaves_in_a_cell",
    "leaves_detached_processes",
    "shows_scripts",
)
"""Those that mean something to a grader that runs the tests in the notebook's own kernel."""

TOKEN = secrets.token_hex(8)
"""Of this run alone: what lies elsewhere on this machine, as these tests do, is not what is hidden from a student."""

# What the hidden tests of the controls ask; no honest wrong answer passes one.
ASSERTS = (
    f'answer("{CANARIES["input"]}") == "{CANARIES["expected"]}-{TOKEN}"',
    "answer(5) == 5 * 31 + 7",
    "__import__('numpy').allclose(answer(__import__('numpy').ones(3)), 38)",
)
POINTS = 17

DOES_NOT_APPLY = {
    ("otter", "writes_to_the_gradebook"): "otter has no gradebook",
    ("otter", "shows_a_score_first"): "a score is not read from an output",
    ("otter", "edits_points"): "points are not in the notebook",
    ("otter", "edits_its_own_grade_cell"): "points are not in the notebook",
    ("otter", "shows_scripts"): "`otter run` makes no page",
}

# What an attack prints is written down too: a grader need not show it.
LISTEN = """
import builtins
def _listen(say=builtins.print):
    def told(*words, **more):
        with open("/tmp/attack-said", "a") as file:
            file.write(" ".join(map(str, words)) + "\\n")
        say(*words, **more)
    builtins.print = told
_listen()
"""


@dataclass(frozen=True)
class Found:
    """What came of one attack on one grader."""

    score: float | None
    outputs: str
    files: tuple[str, ...] = ()
    processes: int = 0
    ours: bool = False

    def judged(self, honest: Found, attack: Attack) -> str:
        if self.score is None:
            return "stopped, without a score"
        gains = []
        if self.score > (honest.score or 0):
            gains.append(f"{round(self.score, 2):g} of {POINTS} points")
        if "SUCCEEDED" in self.outputs and attack.name != "walks_the_whole_disk":
            gains.append("reaches what it looked for")
        hidden = (TOKEN, *CANARIES.values()) if self.ours else (TOKEN,)
        if any(text in self.outputs and text not in honest.outputs for text in hidden):
            gains.append("reads what is hidden")
        if self.files:
            gains.append("runs code in the grader's own process")
        if self.processes > honest.processes:
            gains.append("processes stay behind")
        if "<script>alert(1)</script>" in self.outputs and attack.name == "shows_scripts":
            gains.append("its script is in the page")
        return "**succeeds**: " + ", ".join(gains) if gains else "stopped"


def stock_release() -> dict[str, Any]:
    """The controls' notebook: nbgrader's metadata, hidden tests in the grade cell."""
    meta = {"schema_version": 3, "task": False}
    tests = "\n".join(f"assert {line}" for line in ASSERTS)
    cells = [
        ("q1_solution", "### BEGIN SOLUTION\n### END SOLUTION", {"grade": False, "solution": True, "locked": False}),
        (
            "q1",
            f"### BEGIN HIDDEN TESTS\n{tests}\n### END HIDDEN TESTS",
            {"grade": True, "solution": False, "locked": True, "points": POINTS},
        ),
    ]
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for name, source, more in cells:
        made = nbformat.v4.new_code_cell(source, id=name, metadata={"nbgrader": {"grade_id": name, **meta, **more}})
        notebook.cells.append(made)
    return json.loads(json.dumps(notebook))


def contained(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script with everything but ``folder`` read-only; its /tmp and its processes end with it."""
    command = [
        "bwrap",
        "--ro-bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--tmpfs",
        "/tmp",
        "--tmpfs",
        "/root",
        "--tmpfs",
        "/var/lib",  # container images: a walk over the disk would not end in a cell's time
    ]
    if folder.is_relative_to("/tmp"):
        command += ["--bind", str(folder), str(folder)]
    for place in {Path(sys.prefix), ROOT}:
        if place.is_relative_to("/tmp"):
            command += ["--ro-bind", str(place), str(place)]
    command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent", "--chdir", str(folder)]
    after = (
        "\nls -d /tmp/LEFTOVER* 2>/dev/null | sed 's/^/LEFT-FILE /'; "
        "for p in /proc/[0-9]*; do [ ${p#/proc/} = $$ ] || "
        "{ tr '\\0' ' ' <$p/cmdline | grep -q ipykernel_launcher && echo LEFT-PROCESS; }; done; "
        "sed 's/^/SAID /' /tmp/attack-said 2>/dev/null"
    )
    environment = f"export PATH={Path(sys.executable).parent}:$PATH HOME=/root OMP_NUM_THREADS=1\n"
    return subprocess.run(
        [*command, "bash", "-c", environment + script + after],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def _left(said: str) -> dict[str, Any]:
    return {
        "files": tuple(line for line in said.splitlines() if line.startswith("LEFT-FILE")),
        "processes": said.count("LEFT-PROCESS"),
    }


def _said(said: str) -> str:
    return "\n".join(line for line in said.splitlines() if line.startswith("SAID "))


def _handed_in(release: dict[str, Any], attack: Attack) -> dict[str, Any]:
    notebook = submitted_notebook(release, attack)
    if not isinstance(notebook, dict):
        return release
    listen = nbformat.v4.new_code_cell(LISTEN, id="listen")
    return {**notebook, "cells": [json.loads(json.dumps(listen)), *notebook["cells"]]}


def _shown_by(notebook: dict[str, Any]) -> str:
    """Outputs of the attack's own cells and of cells that hold no tests: what a student reads in any case."""
    cells = [c for c in notebook["cells"] if "HIDDEN TESTS" not in "".join(c["source"])]
    texts = [json.dumps(c.get("outputs", "")).replace("\\n", "\n") for c in cells]
    return "\n".join(texts)


@functools.cache
def released(grader: str) -> Path:
    """A stock grader's course as it stands before anybody hands in: made once, copied for each attack."""
    folder = Path(tempfile.mkdtemp(prefix="attack-table-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if grader == "nbgrader":
        (folder / "source" / "vault").mkdir(parents=True)
        (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'stock'\n")
        (folder / "source" / "vault" / "vault.ipynb").write_text(json.dumps(stock_release()))
        contained(folder, "python -m nbgrader generate_assignment vault >/dev/null 2>&1")
        return folder
    (folder / "tests").mkdir()
    cases = [{"code": f">>> bool({line})\nTrue", "hidden": True, "locked": False} for line in ASSERTS]
    suite = {"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    text = f"OK_FORMAT = True\ntest = { ({'name': 'q1', 'points': POINTS, 'suites': [suite]})!r}\n"
    (folder / "tests" / "q1.py").write_text(text)
    contained(folder, "otter generate -t tests -o grader.zip --no-environment >/dev/null 2>&1")
    return folder


def try_nbgrader(attack: Attack, folder: Path) -> Found:
    release = stock_release()
    shutil.copytree(released("nbgrader"), folder, dirs_exist_ok=True)
    submitted = folder / "submitted" / "mallory" / "vault"
    submitted.mkdir(parents=True)
    plain = json.loads(json.dumps(release))
    plain["cells"][1]["source"] = ""  # as released: the hidden tests are not there
    (submitted / "vault.ipynb").write_text(json.dumps(_handed_in(plain, attack)))
    for name, data in attack.files.items():
        with _ignoring():
            (submitted / name).write_bytes(data)
    said = contained(folder, "python -m nbgrader autograde vault --create >/dev/null 2>&1").stdout
    graded = folder / "autograded" / "mallory" / "vault" / "vault.ipynb"
    score = _nbgrader_score(folder / "gradebook.db") if graded.exists() else None
    outputs = _shown_by(json.loads(graded.read_text())) if graded.exists() else ""
    return Found(score, f"{outputs}\n{_said(said)}", **_left(said))


def _nbgrader_score(database: Path) -> float | None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{database}") as book:
        for submission in book.assignment_submissions("vault"):
            return submission.score
    return None


def try_otter(attack: Attack, folder: Path) -> Found:
    shutil.copytree(released("otter"), folder, dirs_exist_ok=True)
    release = stock_release()
    release["cells"][1]["source"] = "grader.check('q1')"
    first = nbformat.v4.new_code_cell("import otter\ngrader = otter.Notebook()", id="otter")
    release["cells"].insert(0, json.loads(json.dumps(first)))
    (folder / "vault.ipynb").write_text(json.dumps(_handed_in(release, attack)))
    for name, data in attack.files.items():
        with _ignoring():
            (folder / name).write_bytes(data)
    said = contained(folder, "mkdir -p out\notter run -a grader.zip -o out --no-logo vault.ipynb >out/said 2>&1").stdout
    path = folder / "out" / "results.json"
    score = None
    if path.exists():
        score = sum(float(test.get("score") or 0) for test in json.loads(path.read_text())["tests"])
    # what a student sees of a hidden test is for the platform to say; here only what the attack itself finds
    return Found(score, _said(said), **_left(said))


def try_ours(engine: Any) -> Callable[[Attack, Path], Found]:
    def attempt(attack: Attack, folder: Path) -> Found:
        way = Way(folder / "ours", engine)
        graded = way.grade(attack)
        way.grader.close()
        return Found(graded.result.question("q1").score, "\n".join(graded.shown), ours=True)

    return attempt


class _ignoring:
    """Names that this file system or that grader does not take are not the attack's point."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, *_rest: Any) -> bool:
        return kind is not None and issubclass(kind, OSError)


def main(names: tuple[str, ...]) -> int:
    present, _absent = find_engines()
    engine = "docker" if "docker" in present else "bwrap"
    versions = {name: importlib.metadata.version(name) for name in ("nbgrader", "otter-grader")}
    graders = {
        f"this grader ({engine})": try_ours(present[engine]),
        f"nbgrader {versions['nbgrader']}": try_nbgrader,
        f"otter-grader {versions['otter-grader']}": try_otter,
    }
    honest = Attack("honest", "own")
    baseline: dict[str, Found] = {}
    rows = []
    attacks = {attack.name: attack for attack in CATALOGUE}
    for name in ("honest", *names):
        attack = attacks.get(name, honest)
        row = []
        for grader, attempt in graders.items():
            with tempfile.TemporaryDirectory(prefix="attack-table-") as place:
                try:
                    found = attempt(attack, Path(place))
                except subprocess.TimeoutExpired:
                    found = None
                shutil.rmtree(place, ignore_errors=True)
            if attack is honest:
                baseline[grader] = found
                print(f"honest wrong answer, {grader}: {found.score} points", flush=True)
                continue
            reason = DOES_NOT_APPLY.get((grader.partition("-")[0], name))
            if reason:
                row.append(f"does not apply: {reason}")
                continue
            row.append(found.judged(baseline[grader], attack) if found else f"**no end** within {SECONDS} s")
        if attack is not honest:
            rows.append([name.replace("_", " "), *row])
            print(" | ".join(rows[-1]), flush=True)
    table = ["| attack | " + " | ".join(graders) + " |", "| --- |" + " --- |" * len(graders)]
    table += ["| " + " | ".join(row) + " |" for row in rows]
    date = dt.datetime.now(dt.UTC).date()
    text = f"Written by `make attack-table` on {date}.\n\n" + "\n".join(table)
    write_section(DOCS, "attack-table", text)
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:]) or CHOSEN))

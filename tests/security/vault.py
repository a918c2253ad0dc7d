"""The attacked course: one question that cannot be answered honestly, canaries in all that is hidden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbgrader.utils import compute_checksum

from autograder.course import Assignment, Course, load_course
from autograder.nbgrader_bridge.source_cells import ReleasedCell, ReleasedNotebook
from autograder.release import read_notebook

WEEK, NOTEBOOK = "vault", "vault"
CANARIES = {
    "suite": "CANARY-suite-5d1c40",
    "expected": "CANARY-expected-77b0aa",
    "input": "CANARY-input-91fe02",
    "reference": "CANARY-reference-c0ffee",
    "secret": "CANARY-secret-4be1d7",
}
"""Planted in the hidden suite, its expected values, its inputs, the reference solution; the key of the draws."""

MANIFEST = """
title = "Vault"
notebook = "vault"

[sandbox]
imports = ["numpy"]

[limits]
cell_seconds = 2
notebook_seconds = 8
test_seconds = 1
question_seconds = 4
total_seconds = 30
cpu_seconds = 8
memory_mb = 192
scratch_mb = 8
processes = 24
open_files = 128
files = 4096
output_kb = 64
returned_mb = 4
returned_objects_kb = 1024
returned_depth = 32
callbacks = 200

[rules.q1]
imports = ["colorsys"]
"""

SOLUTIONS = {
    "q1": f'def answer(x):\n    return "{CANARIES["reference"]}"',
    "q2": "def double(x):\n    return x + x",
}

# No test of q1 can be passed but by knowing: each draws what it expects, or expects a canary.
SUITES = {
    "q1": f'''
"""{CANARIES["suite"]}"""
import numpy as np
import pytest
from autograder.judge import close, hint
HINTS = {{"look": "Look at the definition again."}}
CANARY = "{CANARIES["suite"]}"
EXPECTED = "{CANARIES["expected"]}"
INPUT = "{CANARIES["input"]}"

def test_text(student):
    """A text"""
    assert student.answer(INPUT) == EXPECTED, hint("look")

@pytest.mark.parametrize("case", ["{CANARIES["input"]}-a", "{CANARIES["input"]}-b"])
def test_cases(student, case):
    """Two cases"""
    assert student.answer(case) == EXPECTED + case[-1]

def test_number(student, draw):
    """A number"""
    x = draw.integer(1, 1 << 40)
    assert student.answer(x) == x * 31 + 7

def test_approx(student, draw):
    """About a number"""
    x = draw.integer(1, 1 << 40) / 7
    assert student.answer(x) == pytest.approx(x * 31 + 7)

def test_abs(student, draw):
    """A small difference"""
    x = draw.integer(1, 1 << 40) / 7
    assert abs(student.answer(x) - (x * 31 + 7)) < 1e-6 * x

def test_array(student, draw):
    """An array"""
    x = draw.vector(5)
    close(student.answer(x), x * 31 + 7)

def test_allclose(student, draw):
    """An array, by NumPy"""
    x = draw.vector(5)
    assert np.allclose(student.answer(x), x * 31 + 7)

def test_testing(student, draw):
    """An array, by numpy.testing"""
    x = draw.vector(5)
    np.testing.assert_allclose(student.answer(x), x * 31 + 7)

def test_yes(student):
    """Yes"""
    assert student.answer(INPUT + "!") is True

def test_callback(student, draw):
    """Calls what it is given"""
    secret = draw.integer(1, 1 << 40)
    seen = []
    def f(x):
        seen.append(x)
        return secret
    assert student.answer(f) == 2 * secret and seen == [EXPECTED]

def test_raises(student):
    """Refuses what makes no sense"""
    with pytest.raises(ValueError, match="{CANARIES["expected"]}"):
        student.answer(-1)

def test_sequence(student, draw):
    """A list"""
    x = draw.integer(1, 1 << 40)
    assert list(student.answer([x])) == [x * 31 + 7]

def test_length(student, draw):
    """As long as it is wanted"""
    n = draw.integer(1000, 2000)
    assert len(student.answer({{"n": n}})) == n

def test_kept(student, draw):
    """Changes its argument as it should"""
    x = draw.vector(5)
    kept = student.put(x)
    student.answer(kept)
    close(kept.get(), x * 31 + 7)

def test_time(student):
    """In time, and right"""
    value, seconds = student.cpu_seconds("answer", 5)
    assert seconds < 0.5 and value == EXPECTED

@pytest.mark.visibility("staff")
def test_unseen(student):
    """{CANARIES["suite"]}"""
    assert student.answer(0) == EXPECTED
''',
    "q2": '''
def test_double(student, draw):
    """Twice its argument"""
    x = draw.integer(1, 1000)
    assert student.double(x) == 2 * x
''',
}
POINTS = {"q1": 17, "q2": 4}


def write_vault(root: Path, suites: dict[str, str] = SUITES, manifest: str = MANIFEST) -> Course:
    """Write the course below ``root``, its secret too, and load it."""
    week, hidden = root / "solutions" / WEEK, root / "tests" / "hidden" / WEEK
    for folder in (week, hidden, root / "course"):
        folder.mkdir(parents=True)
    secret = root / "course" / "secret"
    secret.write_text(CANARIES["secret"])
    secret.chmod(0o600)
    (week / "assignment.toml").write_text(manifest)
    cells = []
    for name, source in SOLUTIONS.items():
        meta = '"schema_version": 3, "solution": %s, "grade": %s, "locked": %s'
        cells += [
            f'# %% nbgrader={{"grade_id": "{name}_solution", {meta % ("true", "false", "false")}}}',
            source,
            f'# %% nbgrader={{"grade_id": "{name}", "points": {POINTS[name]}, {meta % ("false", "true", "true")}}}',
            f"# visible checks of {name}",
        ]
    (week / f"{NOTEBOOK}.py").write_text("\n".join(cells) + "\n")
    for name, source in suites.items():
        (hidden / f"test_{name}.py").write_text(source)
    return load_course(root)


def released(assignment: Assignment) -> tuple[ReleasedNotebook, dict[str, Any]]:
    """What the gradebook knows of the released notebook, and the file that a student receives."""
    notebook = read_notebook(assignment)
    cells = []
    for cell in notebook.cells:
        meta = cell.metadata["nbgrader"]
        if meta["solution"]:
            cell.source = "# YOUR CODE HERE\nraise NotImplementedError()"
        meta["checksum"] = compute_checksum(cell)
        meta.setdefault("cell_type", cell.cell_type)
        cells.append(
            ReleasedCell(
                name=meta["grade_id"], kind=cell.cell_type, source=cell.source, checksum=meta["checksum"],
                locked=meta["locked"], grade=meta["grade"], solution=meta["solution"], task=False,
                points=float(meta.get("points", 0)),
            )
        )  # fmt: skip
    kernel = dict(notebook.metadata["kernelspec"])
    return ReleasedNotebook(NOTEBOOK, kernel, tuple(cells)), json.loads(json.dumps(notebook))

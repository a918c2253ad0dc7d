"""A course of three questions in a folder of its own, and submissions to it."""

from __future__ import annotations

from pathlib import Path

from autograder.course import Course, load_course
from autograder.records import CodeCell, Submission

WEEK = "tiny"

MANIFEST = """
title = "Tiny"
notebook = "tiny"

[sandbox]
imports = ["numpy"]

[limits]
cell_seconds = 30
notebook_seconds = 100
test_seconds = 20
question_seconds = 60
total_seconds = 300
cpu_seconds = 20
memory_mb = 256
processes = 24
output_kb = 64
returned_mb = 4
"""

SOLUTIONS = {
    "q1": "seen = []\ndef one(x):\n    return x + 1",
    "q2": "def two(x):\n    return x * 2",
    "q3": "def three(x):\n    return one(two(x))",
}

SUITES = {
    "q1": '''
import pytest
from autograder.judge import hint
HINTS = {"plus": "Add one."}
@pytest.mark.parametrize("x", [5, 7])
def test_value(student, x):
    """One more than its argument"""
    assert student.one(x) == x + 1, hint("plus")
@pytest.mark.weight(2)
def test_draws(student, draw):
    """Any number"""
    x = draw.integer(0, 1000)
    assert student.one(x) == x + 1, hint("plus")
''',
    "q2": '''
import numpy as np
from autograder.judge import close, hint
HINTS = {"copy": "Do not change your argument."}
def test_number(student):
    """A number"""
    assert student.two(4) == 8
def test_array(student):
    """An array"""
    close(student.two(np.arange(3.0)), np.array([0.0, 2.0, 4.0]))
def test_purity(student):
    """The argument stays as it was"""
    x = student.put(np.ones(2))
    student.two(x)
    with hint("copy"):
        close(x.get(), np.ones(2))
''',
    "q3": '''
def test_own_work(student, reference):
    """Uses one and two; judged with right ones"""
    student.replace("one", reference.one)
    student.replace("two", reference.two)
    assert student.three(5) == 11
def test_is_unreplaced_again(student):
    """The next test sees the student's own functions"""
    assert student.three(5) == student.one(student.two(5))
''',
}


def write_course(root: Path, suites: dict[str, str] = SUITES, manifest: str = MANIFEST) -> Course:
    """Write the course below ``root`` and load it."""
    week, hidden = root / "solutions" / WEEK, root / "tests" / "hidden" / WEEK
    for folder in (week, hidden):
        folder.mkdir(parents=True)
    (week / "assignment.toml").write_text(manifest)
    cells = []
    for name, source in SOLUTIONS.items():
        meta = '"schema_version": 3, "solution": %s, "grade": %s, "locked": %s'
        cells += [
            f'# %% nbgrader={{"grade_id": "{name}_solution", {meta % ("true", "false", "false")}}}',
            source,
            f'# %% nbgrader={{"grade_id": "{name}", "points": 4, {meta % ("false", "true", "true")}}}',
            f"# visible checks of {name}",
        ]
    (week / "tiny.py").write_text("\n".join(cells) + "\n")
    for name, source in suites.items():
        (hidden / f"test_{name}.py").write_text(source)
    return load_course(root)


def submission(student: str = "ann", extra: str = "", first: str = "", **answers: str) -> Submission:
    """The reference with some questions answered otherwise; ``first`` and ``extra`` are cells around them."""
    cells = [CodeCell("first", first)] if first else []
    for name, source in (SOLUTIONS | answers).items():
        cells += [CodeCell(f"{name}_solution", source), CodeCell(name, f"# visible checks of {name}")]
    if extra:
        cells.append(CodeCell("extra", extra))
    return Submission(WEEK, student, "tiny", tuple(cells))

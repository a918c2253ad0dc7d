"""The class of the demonstration is made from any week's own right and wrong answers, and from general troubles."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.demo_class import make_class
from autograder.notebook_source import SourceCell
from autograder.rules import Rules

TOY = Path(__file__).parents[1] / "toycourse"


@pytest.fixture
def toy(tmp_path):
    return load_course(shutil.copytree(TOY, tmp_path / "toy")).assignment("toy_week")


def class_of(assignment, release: Path) -> dict[str, dict[str, str]]:
    """Stories, and the sources by grade id of what each student hands in, where that is a notebook."""
    release.mkdir(exist_ok=True)
    cells = [
        {"cell_type": c.kind, "source": c.source, "metadata": {"nbgrader": {"grade_id": c.grade_id}}}
        for c in assignment.cells
    ]
    (release / f"{assignment.notebook}.ipynb").write_text(json.dumps({"cells": cells}))
    found = {}
    for student in make_class(assignment, release):
        text = dict(student.files).get(f"{assignment.notebook}.ipynb", "")
        try:
            made = json.loads(text)["cells"]
        except ValueError:
            made = []
        found[student.story] = {c["metadata"].get("nbgrader", {}).get("grade_id", ""): c["source"] for c in made}
    return found


def test_the_weeks_own_answers_and_every_general_trouble_are_in_the_class(toy, tmp_path):
    stories = list(class_of(toy, tmp_path / "release"))
    troubles = ("untouched", "syntax error", "endless loop", "another name", "half a notebook", "deleted", "50 MB")
    ours = ("all right", "in another style: q1/method", "q1: sum only", "q2: in place", "the grade cell q1 twice")
    for expected in (*ours, *troubles, "os._exit(0)", "nothing but the data"):
        assert any(expected in story for story in stories), expected


def test_an_answer_in_several_cells_is_replaced_whole(toy, tmp_path):
    more = SourceCell("code", "left = over", 1, grade_id="q1_solution_2", solution=True)
    toy = dataclasses.replace(toy, cells=(*toy.cells, more))
    found = class_of(toy, tmp_path / "release")
    assert found["all right"]["q1_solution_2"] == "left = over"
    assert found["q1: sum only"]["q1_solution_2"] == ""


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        (Rules(("torch",)), "import torch"),
        (Rules(calls=("numpy.linalg.svd",)), "import numpy.linalg; used = numpy.linalg.svd"),
        (Rules(calls=("eval",)), "import builtins; used = eval"),
    ],
)
def test_a_week_with_rules_has_a_student_who_breaks_one(toy, tmp_path, rules, line):
    found = class_of(dataclasses.replace(toy, rules=(("q1", rules),)), tmp_path / "release")
    assert found["q1: breaks its rules"]["q1_solution"].endswith("\n" + line)
    assert not any("rules" in story for story in class_of(toy, tmp_path / "release"))

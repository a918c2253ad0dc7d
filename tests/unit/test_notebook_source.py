"""The light reading of the percent format sees what jupytext sees."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest

from autograder.course import load_course
from autograder.notebook_source import read_source

ROOT = Path(__file__).parents[2]
NOTEBOOKS = [
    course.assignment(name).source
    for course in map(load_course, (ROOT, ROOT / "tests" / "toycourse"))
    for name in course.assignments
]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_cells_are_those_that_jupytext_reads(path):
    cells, problems = read_source(path)
    theirs = jupytext.read(path, fmt="py:percent").cells
    assert problems == ()
    assert [(c.kind, c.grade_id) for c in cells] == [
        (c.cell_type, c.metadata.get("nbgrader", {}).get("grade_id", "")) for c in theirs
    ]
    # magics are commented in the text and not in the notebook: compared where there are none
    assert [c.source for c in cells if "%" not in c.source] == [c.source for c in theirs if "%" not in c.source]


def write(tmp_path, text):
    path = tmp_path / "n.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_metadata_that_is_no_json_is_named_with_its_line(tmp_path):
    path = write(tmp_path, "# %%\nx = 1\n\n# %% nbgrader={grade: true}\ny = 2\n")
    _, problems = read_source(path)
    assert len(problems) == 1
    assert f"{path}:4" in problems[0]


def test_every_fault_of_one_cell_is_told(tmp_path):
    path = write(tmp_path, '# %% nbgrader={"grade": 1, "points": "ten", "colour": "red", "solution": true}\n')
    _, problems = read_source(path)
    told = "\n".join(problems)
    assert [word for word in ("'grade'", "'points'", "'colour'", "grade_id") if word not in told] == []


def test_a_file_without_cells_says_how_to_begin_one(tmp_path):
    cells, problems = read_source(write(tmp_path, "x = 1\n"))
    assert cells == ()
    assert "# %%" in problems[0]


def test_a_triple_quoted_text_cell_is_read_without_its_quotes(tmp_path):
    cells, _ = read_source(write(tmp_path, '# %% [markdown]\n"""\n# Title\n"""\n'))
    assert (cells[0].kind, cells[0].source) == ("markdown", "# Title")


def test_a_file_that_is_no_utf8_is_a_problem_and_no_crash(tmp_path):
    path = tmp_path / "n.py"
    path.write_bytes(b"# %%\n\xff\xfe")
    assert "UTF-8" in read_source(path)[1][0]


def test_a_broken_ipynb_is_a_problem_and_no_crash(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text('{"cells": 3}', encoding="utf-8")
    assert "no notebook" in read_source(path)[1][0]


@pytest.mark.parametrize("points", ["9" * 400, "-" + "9" * 400, "1000000001"])
def test_points_that_no_floating_point_number_holds_are_a_problem_and_no_crash(tmp_path, points):
    given = f'{{"grade_id": "q", "grade": true, "points": {points}}}'
    _, problems = read_source(write(tmp_path, f"# %% nbgrader={given}\n"))
    assert [p for p in problems if ":1: nbgrader key 'points' is above 1000000000" in p] == list(problems) != []
    path = tmp_path / "n.ipynb"
    path.write_text(f'{{"cells": [{{"cell_type": "code", "source": "", "metadata": {{"nbgrader": {given}}}}}]}}')
    assert any("'points' is above" in p for p in read_source(path)[1])


def test_an_ipynb_nested_too_deeply_is_a_problem_and_no_crash(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text('{"cells": ' + "[" * 100_000)
    assert "is no notebook in format 4" in read_source(path)[1][0]

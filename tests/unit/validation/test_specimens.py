from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import BadManifest
from autograder.records import CodeCell, Submission
from autograder.validation.mutants import Wheat
from autograder.validation.specimens import code_cells, released_files, with_solution


def wheat(question="q1_1"):
    return Wheat(question, "other", Path("wheats/q1_1/other.py"), "another style", "NEW")


REFERENCE = Submission(
    "week1",
    "s",
    "week1",
    (
        CodeCell("cell-0", "import numpy"),
        CodeCell("q1_1_solution", "A"),
        CodeCell("q1_1_solution_2", "B"),
        CodeCell("q1_10_solution", "C"),
        CodeCell("q1_1", "assert f(1)"),
    ),
)


def test_code_cells_without_a_grade_id_are_named_after_their_position():
    cells = code_cells([("markdown", "", "text"), ("code", "", "x = 1"), ("code", "q1", "assert x")])
    assert cells == (CodeCell("cell-1", "x = 1"), CodeCell("q1", "assert x"))


def test_a_variant_takes_the_place_of_all_solution_cells_of_its_question_and_of_no_other():
    sources = {cell.key: cell.source for cell in with_solution(REFERENCE, wheat()).cells}
    assert sources == {
        "cell-0": "import numpy",
        "q1_1_solution": "NEW",
        "q1_1_solution_2": "",
        "q1_10_solution": "C",
        "q1_1": "assert f(1)",
    }


def test_a_variant_of_an_unknown_question_is_told():
    with pytest.raises(BadManifest, match="q9_solution"):
        with_solution(REFERENCE, wheat("q9"))


def test_released_files_are_named_relative_to_the_notebook(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "iris.csv").write_bytes(b"1,2\n")
    (tmp_path / "week1.ipynb").write_text("{}")
    assert released_files(tmp_path) == (("data/iris.csv", b"1,2\n"),)

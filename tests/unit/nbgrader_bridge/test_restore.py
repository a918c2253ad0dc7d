"""A submitted notebook is put in order, whatever was done to it."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum, determine_grade

from autograder.nbgrader_bridge.restore import restore, submission_of
from autograder.nbgrader_bridge.submitted import RawNotebook, read_submitted
from tests.unit.nbgrader_bridge.notebooks import RELEASED, cell_of, save, submitted


@pytest.fixture
def put_right(tmp_path):
    def run(notebook):
        node, notes = restore(read_submitted(save(tmp_path, notebook), RELEASED, ("n",), 1.0), RELEASED)
        nbformat.validate(node)
        MetadataValidator().validate_nb(node)  # nbgrader's own check would stop the student, or the whole class
        return node, [(n.kind, n.where) for n in notes]

    return run


def ids(node):
    return [c.metadata.get("nbgrader", {}).get("grade_id", "") for c in node.cells]


def by_name(node, name):
    return node.cells[ids(node).index(name)]


NAMES = [c.name for c in RELEASED.cells]


def test_an_honest_notebook_keeps_its_answers_and_needs_no_note(put_right):
    node, notes = put_right(submitted(f_solution="def f(): return 1", essay="Because."))
    assert notes == []
    assert ids(node) == NAMES
    assert by_name(node, "f_solution").source == "def f(): return 1"
    assert by_name(node, "essay").source == "Because."
    assert node.metadata.kernelspec.name == "python3"


def test_a_changed_locked_cell_gets_its_source_back(put_right):
    node, notes = put_right(submitted(f="assert True", intro="nonsense"))
    assert by_name(node, "f").source == "assert f() == 1"
    assert by_name(node, "intro").source == "read me"
    assert notes == [("changed-cell", "intro"), ("changed-cell", "f")]


@pytest.mark.parametrize("name", ["intro", "f", "essay", "chores"])
def test_a_deleted_cell_is_put_back_in_its_place(put_right, name):
    notebook = submitted()
    notebook["cells"].remove(cell_of(notebook, name))
    node, notes = put_right(notebook)
    assert ids(node) == NAMES
    assert notes == [("deleted-cell", name)]


def test_all_cells_deleted_at_once_come_back_in_order(put_right):
    node, notes = put_right({**submitted(), "cells": []})
    assert ids(node) == ["intro", "f", "essay", "chores"]
    assert [n for n, _ in notes] == ["deleted-cell"] * 5


def test_a_deleted_solution_cell_does_not_come_back_over_the_students_function(put_right):
    notebook = submitted()
    cell = cell_of(notebook, "f_solution")
    cell["metadata"], cell["source"] = {}, "def f(): return 1"
    node, notes = put_right(notebook)
    assert [c.source for c in node.cells if "f" in c.source and c.cell_type == "code"] == [
        "def f(): return 1",
        "assert f() == 1",
    ]
    assert notes == [("deleted-cell", "f_solution")]


def test_a_written_answer_that_was_deleted_is_worth_nothing_and_needs_nobody(put_right):
    notebook = submitted()
    notebook["cells"].remove(cell_of(notebook, "essay"))
    node, _ = put_right(notebook)
    assert determine_grade(by_name(node, "essay")) == (0, 3.0)


def test_of_two_copies_the_last_keeps_the_id_and_both_stay(put_right):
    notebook = submitted(f_solution="def f(): return 0")
    second = copy.deepcopy(cell_of(notebook, "f_solution"))
    second["source"] = "def f(): return 1"
    notebook["cells"].insert(2, second)
    node, notes = put_right(notebook)
    assert ids(node) == ["intro", "", "f_solution", "f", "essay", "chores"]
    assert [c.source for c in node.cells[1:3]] == ["def f(): return 0", "def f(): return 1"]
    assert notes == [("duplicated-cell", "f_solution")]


def test_an_untouched_copy_does_not_take_the_place_of_an_answer(put_right):
    notebook = submitted(essay="My answer.")
    stub = cell_of(submitted(), "essay")
    notebook["cells"].append({**stub, "id": "other"})
    node, _ = put_right(notebook)
    assert by_name(node, "essay").source == "My answer."


def test_a_copied_task_cell_is_one_task(put_right):
    notebook = submitted()
    notebook["cells"].append({**cell_of(notebook, "chores"), "id": "other"})
    node, notes = put_right(notebook)
    assert ids(node).count("chores") == 1
    assert notes == [("duplicated-cell", "chores")]


def test_a_retyped_cell_gets_its_type_back(put_right):
    notebook = submitted(f_solution="def f(): return 1")
    cell_of(notebook, "f_solution")["cell_type"] = "markdown"
    node, notes = put_right(notebook)
    assert by_name(node, "f_solution").cell_type == "code"
    assert by_name(node, "f_solution").source == "def f(): return 1"
    assert notes == [("retyped-cell", "f_solution")]


@pytest.mark.parametrize(
    "forged",
    [
        {"points": 1000, "grade": False},
        {"points": "many", "solution": True, "grade": True},
        {"schema_version": 1},
        {"schema_version": 99},
        {"locked": False, "task": True, "extra": {"x": 1}},
        {"checksum": "forged", "cell_type": "markdown"},
    ],
)
def test_forged_metadata_change_nothing(put_right, forged):
    notebook = submitted()
    cell_of(notebook, "f")["metadata"]["nbgrader"].update(forged)
    node, _ = put_right(notebook)
    meta = by_name(node, "f").metadata.nbgrader
    assert (meta.points, meta.grade, meta.solution, meta.locked, meta.task) == (2.0, True, False, True, False)
    assert compute_checksum(by_name(node, "f")) == meta.checksum


def test_metadata_of_the_students_own_are_dropped(put_right):
    notebook = submitted()
    notebook["metadata"] = {"autograder": {"state": "graded"}, "widgets": {"x": 1}, "kernelspec": {"name": "evil"}}
    notebook["cells"].append(
        {"cell_type": "code", "source": "1", "metadata": {"tags": ["<b>"], "nbgrader": {"grade_id": "made-up"}}}
    )
    node, _ = put_right(notebook)
    assert set(node.metadata) == {"kernelspec", "language_info"}
    assert node.metadata.kernelspec.name == "python3"
    assert node.cells[-1].metadata == {}


def test_ids_are_valid_and_unique(put_right):
    notebook = submitted()
    for cell in notebook["cells"]:
        cell["id"] = "<script>"
    notebook["cells"][1]["id"] = notebook["cells"][2]["id"] = "same"
    node, _ = put_right(notebook)
    found = [c.id for c in node.cells]
    assert len(set(found)) == len(found)
    assert "<script>" not in found


def test_what_could_not_be_read_becomes_the_whole_release(put_right):
    node, notes = restore(RawNotebook(None), RELEASED)
    assert ids(node) == NAMES
    assert notes == ()


def test_the_same_file_always_makes_the_same_submission(put_right):
    def digest():
        node, _ = put_right(submitted(f_solution="x = 1"))
        return submission_of(node, "week", "zoe", "n").digest()

    assert digest() == digest()


def test_cells_are_named_by_grade_id_or_position(put_right):
    notebook = submitted()
    notebook["cells"].insert(1, {"cell_type": "code", "source": "1", "metadata": {}})
    node, _ = put_right(notebook)
    cells = submission_of(node, "week", "zoe", "n").cells
    assert [c.key for c in cells] == ["cell-1", "f_solution", "f"]

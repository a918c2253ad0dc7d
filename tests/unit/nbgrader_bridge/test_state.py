"""Which autograded notebooks are finished."""

from __future__ import annotations

import json

import nbformat
import pytest

from autograder.nbgrader_bridge import state
from autograder.records import Digests, Note, QuestionResult, Result, TestResult


def save(path, notebook):
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


def test_a_notebook_is_finished_once_its_grades_are_saved(tmp_path):
    notebook = nbformat.v4.new_notebook()
    state.mark_restored(notebook, (Note("kind", "text", "where"),))
    assert not state.is_graded(save(tmp_path / "n.ipynb", notebook))
    assert state.notes_of(notebook) == (Note("kind", "text", "where"),)
    state.mark_graded(notebook)
    assert state.is_graded(save(tmp_path / "n.ipynb", notebook))


def test_a_notebook_of_stock_nbgrader_counts_as_finished(tmp_path):
    assert state.is_graded(save(tmp_path / "n.ipynb", nbformat.v4.new_notebook()))


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"metadata": {"autograder": {}}})])
def test_a_torn_or_missing_file_is_not_finished(tmp_path, text):
    (tmp_path / "n.ipynb").write_text(text)
    assert not state.is_graded(tmp_path / "n.ipynb")
    assert not state.is_graded(tmp_path / "other.ipynb")


def test_what_a_test_has_measured_is_not_in_the_students_notebook():
    test = TestResult("test_a", "A", "passed", measures=(("leaderboard.private", 0.7391),), detail="d", calls="c")
    digests = Digests("1", "2", "3", "4")
    result = Result("w", "ann", "n", "graded", (QuestionResult("q", 1.0, 1.0, (test,)),), (), digests)
    notebook = nbformat.v4.new_notebook()
    state.describe(notebook, result, [])
    assert notebook.metadata["autograder"]["tests"]["q"][0]["outcome"] == "passed"
    assert "7391" not in nbformat.writes(notebook)

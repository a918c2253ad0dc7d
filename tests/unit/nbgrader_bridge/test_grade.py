"""What nbgrader reads out of a graded notebook: never more than the result says, and a zero where it says nothing."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from nbgrader.utils import determine_grade

from autograder.course import Assignment, Question
from autograder.nbgrader_bridge import state
from autograder.nbgrader_bridge.grade import clean_score, write_result
from autograder.nbgrader_bridge.restore import restore
from autograder.nbgrader_bridge.submitted import RawNotebook
from autograder.records import CellResult, Digests, Note, QuestionResult, Result, TestResult
from tests.unit.nbgrader_bridge.notebooks import RELEASED

SUITE = Path("test_f.py")


def assignment(suite=SUITE):
    return Assignment(
        name="week",
        title="Week",
        notebook="n",
        source=Path("n.py"),
        cells=(),
        questions=(Question("f", 2.0, suite),),
        suite_dir=Path(),
    )


def result(questions=(), cells=(), notes=(), verdict="graded"):
    return Result("week", "zoe", "n", verdict, tuple(questions), tuple(cells), Digests("", "", "", ""), tuple(notes))


def ran(*outputs, key="f"):
    return CellResult(key, outputs)


def value(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": ["x"]}
PRINTED = {"output_type": "stream", "name": "stdout", "text": "hello"}
WARNED = {"output_type": "stream", "name": "stderr", "text": "careful"}


def graded(found, suite=SUITE, shown=("public", "after_due")):
    node, _ = restore(RawNotebook(None), RELEASED)
    write_result(node, found, assignment(suite), shown)
    cell = next(c for c in node.cells if c.metadata.nbgrader.grade_id == "f")
    return determine_grade(cell)[0], cell, node


@pytest.mark.parametrize("score", [0.0, 0.5, 1.2345678, 2.0])
def test_the_score_of_the_suite_is_what_nbgrader_reads(score):
    read, _, _ = graded(result([QuestionResult("f", score, 2.0)], [ran()]))
    assert read == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize(("score", "read"), [(3.0, 2.0), (-1.0, 0.0), (math.nan, 0.0), (math.inf, 0.0)])
def test_a_score_that_is_none_is_clamped_or_zero(score, read):
    assert graded(result([QuestionResult("f", score, 2.0)], [ran()]))[0] == read


def test_a_question_without_result_is_zero_and_says_so():
    read, cell, _ = graded(result(cells=[ran()]))
    assert read == 0
    assert "has no result" in cell.outputs[0].data["text/html"]


def test_before_the_students_due_date_only_public_tests_are_told():
    tests = tuple(TestResult(f"t{v}", f"title {v}", "passed", visibility=v) for v in ("public", "after_due"))
    found = result([QuestionResult("f", 1.0, 2.0, tests)], [ran()])
    before = graded(found, shown=("public",))[1].outputs[0].data["text/html"]
    after = graded(found, shown=("public", "after_due"))[1].outputs[0].data["text/html"]
    assert "title public" in before and "title after_due" not in before
    assert "title after_due" in after


def test_what_the_visible_checks_printed_or_raised_changes_no_score():
    found = result([QuestionResult("f", 1.0, 2.0)], [ran(WARNED, ERROR, value("2.0"))])
    read, cell, _ = graded(found)
    assert read == 1.0
    assert [o.output_type for o in cell.outputs] == ["display_data", "execute_result", "stream", "error"]


def test_feedback_stands_in_the_cell_and_notes_of_its_question_with_it():
    tests = (TestResult("test_a", "Title A", "failed", message="Look."),)
    notes = [Note("time-limit", "Too long.", "f_solution"), Note("time-limit", "Elsewhere.", "g")]
    _, cell, _ = graded(result([QuestionResult("f", 1.0, 2.0, tests)], [ran()], notes))
    html = cell.outputs[0].data["text/html"]
    assert ["Title A" in html, "Look." in html, "Too long." in html, "Elsewhere." in html] == [True, True, True, False]


def test_nothing_handed_in_earns_nothing_whatever_the_result_says():
    notes = [Note("missing-notebook", "Not there.")]
    for suite in (SUITE, None):
        assert graded(result([QuestionResult("f", 2.0, 2.0)], [ran(value("2.0"))], notes), suite)[0] == 0


@pytest.mark.parametrize(
    ("outputs", "score"),
    [
        ([], 2.0),
        ([PRINTED], 2.0),
        ([ERROR], 0),
        ([PRINTED, ERROR], 0),
        ([WARNED], 0),
        ([value("1.5")], 1.5),
        ([value("0")], 0.0),
        ([value("'done'")], 2.0),
        ([value("[1, 2]")], 2.0),
    ],
)
def test_tests_in_the_notebook_score_as_nbgrader_scores_them(outputs, score):
    assert graded(result(cells=[ran(*outputs)]), suite=None)[0] == score


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "-1", "2.5", "1e400"])
def test_a_number_that_is_no_score_is_zero_where_nbgrader_would_pay_or_stop(text):
    assert graded(result(cells=[ran(value(text))]), suite=None)[0] == 0


def test_a_test_cell_that_was_not_run_is_zero():
    read, cell, _ = graded(result(verdict="time-limit"), suite=None)
    assert read == 0
    assert "time-limit" in cell.outputs[0].evalue


def test_students_outputs_are_cleaned_on_their_way():
    evil = {"output_type": "display_data", "data": {"text/html": "<script>x</script><b>y</b>"}, "metadata": {}}
    _, _, node = graded(result([QuestionResult("f", 1.0, 2.0)], [ran(evil, key="f_solution"), ran()]))
    cell = next(c for c in node.cells if c.metadata.nbgrader.grade_id == "f_solution")
    assert [o.data["text/html"] for o in cell.outputs] == ["<b>y</b>"]
    assert cell.execution_count == 1


def test_flags_and_digests_are_written_down():
    _, _, node = graded(result([QuestionResult("f", 0.0, 2.0, flagged=True)], [ran()]))
    assert node.metadata[state.KEY]["flagged"] == ["f"]
    assert "state" not in node.metadata[state.KEY]  # graded is only what nbgrader has saved


@pytest.mark.parametrize("odd", [None, "2", True, math.nan, math.inf])
def test_what_is_no_finite_number_is_no_score(odd):
    assert clean_score(odd, 2.0) is None

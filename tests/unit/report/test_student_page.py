from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest

from autograder.records import Note, TestResult
from autograder.report.facts import Facts, Graded
from autograder.report.student_page import build_page, duration, late_lines, student_page

FAILED = TestResult(
    "test_a", "Any number", "failed", cause="assertion", hint="plus", message="Add one.", detail="SECRET 42"
)
PASSED = TestResult("test_b", "A large number", "passed")
LATER = TestResult("test_c", "An after-due title", "failed", message="After due.", visibility="after_due")
STAFF = TestResult("test_d", "A title for staff", "failed", message="For staff.", visibility="staff")


def cell(kind, source, grade_id="", outputs=(), **meta):
    nbgrader = {"nbgrader": {"grade_id": grade_id, "grade": False, "solution": False, **meta}} if grade_id else {}
    made = {"cell_type": kind, "source": source, "metadata": nbgrader}
    return {**made, "outputs": list(outputs)} if kind == "code" else made


def notebook(*cells, tests=(FAILED, PASSED, LATER, STAFF), notes=()):
    about = {"tests": {"q1": [dataclasses.asdict(t) for t in tests]}, "notes": [dataclasses.asdict(n) for n in notes]}
    return {"metadata": {"autograder": about}, "cells": list(cells)}


SCORE = {"output_type": "execute_result", "data": {"text/plain": "1234.5"}, "metadata": {}, "execution_count": 5}
OURS = {"output_type": "display_data", "data": {"text/html": "<i>feedback</i>"}, "metadata": {}}
PRINTED = {"output_type": "stream", "name": "stdout", "text": "printed by the checks"}
CELLS = (
    cell("markdown", "## Q1 One more (4 points)\nAdd $x_1$."),
    cell("code", "def one(x):\n    return x", "q1_solution", solution=True),
    cell("code", "one(1)", "q1", [OURS, SCORE, PRINTED], grade=True, locked=True),
)
FACTS = Facts("ann", "Tiny", {"q1": Graded(2.0, 4.0, auto_score=2.0)})


def test_a_page_shows_score_titles_marks_and_one_hint():
    page = student_page(notebook(*CELLS), FACTS)
    for text in ("Tiny", "ann", "2 / 4", "Any number", "Add one.", "A large number", 'aria-label="failed"'):
        assert text in page


def test_what_is_for_staff_or_for_later_is_only_counted():
    page = student_page(notebook(*CELLS), FACTS)
    for text in ("SECRET", "after-due title", "After due.", "title for staff", "For staff."):
        assert text not in page
    assert "2 more tests count and are not shown." in page


def test_after_the_due_date_the_reader_sees_what_was_kept_until_then():
    page = student_page(notebook(*CELLS), dataclasses.replace(FACTS, shown=("public", "after_due")))
    assert "An after-due title" in page and "title for staff" not in page


def test_the_cells_of_public_checks_are_left_out_and_nothing_that_a_student_wrote_is():
    def tagged(source):
        made = cell("code", source)
        return {**made, "metadata": {"tags": ["otter_ignore"]}}

    cells = [tagged('# grader.check("q1") runs the public checks\nimport otter'), tagged('grader.check("q1")'),
             tagged('grader.check("q1"); own = 1'), cell("code", 'grader.check("q1")')]  # fmt: skip
    before = len(build_page(notebook(*CELLS), FACTS).cells)
    assert len(build_page(notebook(*CELLS, *cells), FACTS).cells) == before + 2


def test_the_score_is_no_output_and_the_feedback_is_not_shown_twice():
    page = student_page(notebook(*CELLS), FACTS)
    assert "1234.5" not in page and "<i>feedback</i>" not in page
    assert "printed by the checks" in page


def test_nothing_is_fetched_and_no_script_can_run():
    evil = '<script>alert(1)</script> <img src="http://x.example/a.png"> $\\text{<img src=x onerror=y>}$'
    shown = {"output_type": "display_data", "data": {"text/html": "<script>alert(2)</script><b>kept</b>"}}
    named = cell("code", "'</code><script>alert(3)'", "q1_solution", [shown], solution=True)
    page = student_page(notebook(cell("markdown", evil), named, CELLS[2]), FACTS)
    assert not re.search(r"<script|<link|@import|onerror=y>|src=\"http|url\(", page)
    assert "<b>kept</b>" in page
    assert "default-src 'none'" in page


def test_formulas_need_no_script():
    page = student_page(notebook(*CELLS), FACTS)
    assert "<math" in page and "<msub><mi>x</mi><mn>1</mn></msub>" in page


def test_a_persons_comment_is_shown_and_sanitised():
    facts = dataclasses.replace(FACTS, comments={"q1_solution": "Look at *axis*. <script>alert(1)</script>"})
    page = student_page(notebook(*CELLS), facts)
    assert "<em>axis</em>" in page and "alert(1)" not in page


def test_points_that_a_person_gave_say_so():
    grades = {"q1": Graded(3.5, 4.0, auto_score=2.0, manual_score=3.5)}
    page = student_page(notebook(*CELLS), dataclasses.replace(FACTS, grades=grades))
    assert "given by a person" in page and "the tests alone give 2" in page


def test_an_answer_that_waits_for_a_person_has_no_score_yet():
    answer = cell("markdown", "Because.", "q2", grade=True, solution=True)
    facts = dataclasses.replace(FACTS, grades={"q2": Graded(None, 3.0, needs_manual_grade=True)})
    page = build_page(notebook(answer, tests=()), facts)
    assert [(q.state, q.score) for q in page.questions] == [("waiting", None)]
    assert page.waiting == 1 and "not final" in student_page(notebook(answer, tests=()), facts)


def test_a_reflection_without_points_is_no_question_unless_someone_wrote_about_it():
    answer = cell("markdown", "Nice week.", "talk", grade=True, solution=True)
    facts = dataclasses.replace(FACTS, grades={"talk": Graded(0.0, 0.0, needs_manual_grade=True)})
    assert build_page(notebook(answer), facts).questions == ()
    assert build_page(notebook(answer), dataclasses.replace(facts, comments={"talk": "No response."})).questions == ()
    (question,) = build_page(notebook(answer), dataclasses.replace(facts, comments={"talk": "Thanks!"})).questions
    assert question.state == "graded"


def test_a_hidden_region_and_its_traceback_stay_hidden_where_tests_are_in_the_notebook():
    source = "assert f(1)\n### BEGIN HIDDEN TESTS\nassert f(77) == 78\n### END HIDDEN TESTS"
    error = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": ["> assert f(77) == 78"]}
    graded = cell("code", source, "q1", [error], grade=True, locked=True)
    page = student_page({"metadata": {}, "cells": [graded]}, FACTS)
    assert "AssertionError" in page and "f(77)" not in re.sub(r"<[^>]*>", "", page) and "HIDDEN" not in page


@pytest.mark.parametrize("begin", ["# BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TESTS", "BEGIN HIDDEN TESTS = 1"])
@pytest.mark.parametrize("end", ["# END HIDDEN TESTS", ""])
def test_what_a_hidden_test_says_and_what_it_makes_the_student_print_stay_hidden(begin, end):
    source = f"assert f(1)\n{begin}\nassert f(77) == 78\n{end}"
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "called with 77"},
        {"output_type": "error", "ename": "AssertionError", "evalue": "f(77) is 78", "traceback": []},
        {"output_type": "error", "ename": "Saw77", "evalue": "", "traceback": []},
    ]
    graded = cell("code", source, "q1", outputs, grade=True, locked=True)
    for tests in ((), (PASSED,)):
        page = student_page(notebook(graded, tests=tests), FACTS)
        text = re.sub(r"<[^>]*>", "", page.partition("<body>")[2])
        assert "assert f(1)" in text and "AssertionError" in text and "77" not in text


def test_where_points_were_lost_the_page_says_what_to_read_again():
    facts = dataclasses.replace(FACTS, reading={"q1": "Lecture 1, slide 12"})
    (question,) = build_page(notebook(*CELLS), facts).questions
    assert question.reread == (("Lecture 1, slide 12", ""), ("“Q1 One more” in the notebook", "cell-0"))
    full = dataclasses.replace(facts, grades={"q1": Graded(4.0, 4.0)})
    assert build_page(notebook(*CELLS), full).questions[0].reread == ()


def test_notes_on_the_submission_stand_on_top_and_those_on_a_question_beside_it():
    notes = [Note("wrong-name", "It had another name."), Note("time-limit", "Too slow.", "q1_solution")]
    page = build_page(notebook(*CELLS, notes=notes), FACTS)
    assert page.notes == ("It had another name.",) and "Too slow." in page.questions[0].notes


def test_lateness_extension_and_penalty_are_explained():
    due = dt.datetime(2026, 3, 1, 22, 59, tzinfo=dt.UTC)
    facts = dataclasses.replace(
        FACTS, due=due, handed_in=due + dt.timedelta(hours=26), seconds_late=26 * 3600, penalty=1.5,
        extension=dt.timedelta(days=2), policy="10 % a day",
    )  # fmt: skip
    assert late_lines(facts) == [
        "You have an extension of 2 days, until 2026-03-01 22:59 UTC.",
        "Handed in on 2026-03-03 00:59 UTC, 1 day 2 h late (it was due on 2026-03-01 22:59 UTC). "
        "1.5 points were taken off. The rule: 10 % a day.",
    ]
    assert build_page(notebook(*CELLS), facts).score == 0.5
    assert late_lines(FACTS) == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (18061, "5 h 1 min"), (86400, "1 day"), (176400, "2 days 1 h")],
)
def test_a_span_is_told_in_its_two_largest_units(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize("score", [float("nan"), None])
def test_a_score_that_is_no_number_leaves_a_page(score):
    facts = dataclasses.replace(FACTS, grades={"q1": Graded(score, 4.0)})
    assert "– / 4" in student_page(notebook(*CELLS), facts)


def test_where_nothing_could_be_run_the_page_says_so_once():
    facts = dataclasses.replace(FACTS, comments={"q1_solution": "No response."})
    (question,) = build_page(notebook(*CELLS, tests=()), facts).questions
    assert question.how == "no test was run" and question.comments == ()


def test_a_notebook_without_cells_leaves_a_page():
    assert "of 0 points" in student_page({"metadata": {}, "cells": []}, FACTS)

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.records import CellResult, CodeCell, Digests, Note, QuestionResult, Result, TestResult, Times
from autograder.report.staff_page import Known, replay_command, staff_page, test_sources, times_of

SUITE = '''
import pytest
HINTS = {}
@pytest.mark.parametrize("x", [5, 7])
def test_value(student, x):
    """One more"""
    assert student.one(x) == x + 1
def helper(): pass
'''
DETAIL = """Difference: the result: every value differs (2 of 2; first at (0,): got 1, expected 2)
In the notebook:
  cell q1_solution, line 2, in one"""
FAILED = TestResult("test_value[5]", "One more (1 of 2)", "failed", cause="assertion", hint="plus", message="Add one.",
                    visibility="staff", detail=DETAIL, calls="one(\n    5,\n)\n-> <5>")  # fmt: skip
RESULT = Result(
    "w", "a'nn", "nb", "graded", (QuestionResult("q1", 2.0, 4.0, (FAILED, TestResult("test_b", "B", "passed"))),),
    (CellResult("q1_solution", ({"output_type": "stream", "name": "stdout", "text": "hi"},)),),
    Digests("sub", "sui", "img", "see"), (Note("time-limit", "Slow.", "q1_solution"),),
)  # fmt: skip
KNOWN = Known("Week", sources={"q1": test_sources(SUITE)}, seed=lambda q, c: 42, times=(("recorded", "now"),),
              cells=(CodeCell("q1_solution", "def one(x):\n    return x\n"),), warnings=("Changed.",))  # fmt: skip


def text_of(page):
    return re.sub(r"<[^>]*>", "", page)


def test_staff_sees_inputs_answer_difference_lines_source_seed_and_digests():
    said = text_of(staff_page(RESULT, KNOWN))
    for part in ("one(\n    5,\n)\n-&gt; &lt;5&gt;", "first at (0,): got 1, expected 2",
                 "cell q1_solution, line 2, in one", "&gt;   2      return x", "assert student.one(x) == x + 1",
                 "Seed of its draws: 42", "sub", "sui", "img", "recorded", "Changed.", "One more (1 of 2)",
                 "Add one.", "hi"):  # fmt: skip
        assert part in said, part


def test_the_five_timestamps_are_told_with_what_passed_between_them():
    times = Times("2026-11-23T02:00:00.000+01:00", "", "2026-11-23T01:00:01.500+00:00", "2026-11-23T01:00:03.000+00:00")
    assert times_of(times, "2026-11-23T01:00:03+00:00") == (
        ("requested", "2026-11-23 01:00:00.000 UTC"),
        ("queued", "not known"),
        ("started", "2026-11-23 01:00:01.500 UTC, 1.500 s later"),
        ("judged", "2026-11-23 01:00:03.000 UTC, 1.500 s later"),
        ("recorded", "2026-11-23 01:00:03.000 UTC, 0.000 s later"),
    )


def test_the_command_to_replay_is_quoted_for_a_shell():
    assert replay_command(RESULT, "q1", "test_value[5]") == """autograder replay 'a'"'"'nn' w 'q1::test_value[5]'"""


def test_sources_hold_each_test_with_its_marks_and_nothing_else():
    assert set(test_sources(SUITE)) == {"test_value"}
    assert test_sources(SUITE)["test_value"].startswith("@pytest.mark.parametrize")
    assert test_sources("def (") == {}


def test_without_a_submission_or_a_secret_there_is_still_a_page():
    said = text_of(staff_page(RESULT, Known("Week")))
    assert "Seed" not in said and "cell q1_solution, line 2" in said


def test_what_grading_reports_to_staff_is_shown():
    @dataclass(frozen=True)
    class Report:
        kind: str
        text: str
        where: str = ""
        evidence: str = ""

    result = Result(**RESULT.__dict__)
    object.__setattr__(result, "reports", (Report("canary-seen", "It read a file.", "cell-3", "<b>open</b>"),))
    page = staff_page(result, KNOWN)
    assert "canary-seen" in page and "It read a file." in page and "&lt;b&gt;open&lt;/b&gt;" in page

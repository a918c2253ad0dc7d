"""What a student reads of a question."""

from __future__ import annotations

import re

from autograder.records import Note, QuestionResult, TestResult
from autograder.report.feedback import question_html
from autograder.report.question import MESSAGE_LENGTH


def question(*tests, score=1.5):
    return QuestionResult("q1", score, 4.0, tests)


def make(name="test_x", outcome="failed", **more):
    return TestResult(name, more.pop("title", "The title"), outcome, **more)


def test_score_title_mark_and_message_are_there():
    html = question_html(question(make(message="Look at the axis."), make(outcome="passed", message="Well done.")))
    assert "q1: 1.5 of 4 points" in html
    assert html.count("The title") == 2
    assert ["\u2717" in html, "\u2713" in html, "Look at the axis." in html, "Well done." in html] == [True] * 4


def test_a_test_that_was_not_reached_has_a_mark_of_its_own():
    html = question_html(question(make(outcome="not-reached")))
    assert "not reached" in html
    assert "\u2717" not in html


def test_everything_is_escaped():
    evil = "<script>alert(1)</script>"
    html = question_html(question(make(title=evil, message=evil)), notes=[Note("k", evil)])
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 3


def test_details_for_staff_and_names_of_hints_never_appear():
    html = question_html(question(make(detail="assert 3 == secret", hint="hint-name", message="m")))
    assert "secret" not in html
    assert "hint-name" not in html


def test_tests_that_the_reader_may_not_see_are_only_counted():
    tests = [make(visibility=v, title=f"Title {v}") for v in ("public", "after_due", "staff")]
    html = question_html(question(*tests))
    assert "Title public" in html
    assert "Title after_due" not in html
    assert "2 more tests count" in html
    later = question_html(question(*tests), shown=("public", "after_due"))
    assert "Title after_due" in later
    assert "One more test counts" in later


def test_a_test_without_title_is_named_by_its_function():
    assert "value of mean" in question_html(question(make("test_value_of_mean", title="")))


def test_a_long_message_is_cut():
    html = question_html(question(make(message="y" * 3 * MESSAGE_LENGTH)))
    assert html.count("y") < 2 * MESSAGE_LENGTH


def test_the_page_fetches_nothing_and_styles_only_itself():
    html = question_html(question(make(message="m")), notes=[Note("k", "n")])
    assert not re.search(r"https?:|url\(|<link|<script|<style|class=|src=", html)
    # a fixed text colour would vanish on a dark or on a light page
    assert "color:inherit" in html


def test_what_all_failed_tests_say_alike_is_told_once():
    same = [TestResult(f"test_{i}", f"title {i}", "failed", message="The function is missing.") for i in range(3)]
    assert question_html(QuestionResult("q1", 0, 4, tuple(same))).count("The function is missing.") == 1
    other = (*same, TestResult("test_x", "x", "failed", message="Another reason."))
    assert question_html(QuestionResult("q1", 0, 4, other)).count("The function is missing.") == 3

"""What a feedback page carries in its head, read back by who shows the same elsewhere."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt

from autograder.report.facts import META, Facts, Graded, facts_in_page
from autograder.report.student_page import student_page

EVIL = '</head><script>alert(1)</script>"><meta name="autograder-feedback" content="{}">'
NOTEBOOK = {
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "source": EVIL, "metadata": {"nbgrader": {"grade_id": "q4", "grade": True,
                                                                           "solution": True}}},
    ],
}  # fmt: skip
DUE = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
FACTS = Facts(
    student="ann",
    title=EVIL,
    grades={"q4": Graded(1.5, 2.0, None, 1.5), "q5": Graded(None, 3.0, needs_manual_grade=True)},
    comments={"q4": "Well *said*. " + EVIL},
    handed_in=DUE + dt.timedelta(hours=30),
    due=DUE,
    extension=dt.timedelta(days=1),
    seconds_late=6 * 3600.0,
    penalty=0.5,
    policy="10 % a day",
    assignment="toy_week",
)


def test_a_page_carries_what_the_gradebook_said_whatever_people_wrote():
    assert facts_in_page(student_page(NOTEBOOK, FACTS)) == FACTS


def test_what_depends_on_the_moment_of_reading_is_not_carried():
    page = student_page(NOTEBOOK, dataclasses.replace(FACTS, shown=("staff",), reading={"q4": "Lecture 1"}))
    assert facts_in_page(page) == FACTS


def test_a_page_of_another_make_carries_nothing():
    assert facts_in_page("") is None and facts_in_page("<head><title>x</title></head>") is None
    for content in (b"[1]", b'{"form": 2}', b'{"form": 1}', b"\xff", b"null"):
        assert facts_in_page(f'<meta name="{META}" content="{base64.b64encode(content).decode()}">') is None
    assert facts_in_page(f'<meta name="{META}" content="?">') is None


def test_only_the_head_of_a_page_is_believed():
    page = student_page(NOTEBOOK, dataclasses.replace(FACTS, title="Toy"))
    head, rest = page.split("</head>", 1)
    without = "\n".join(line for line in head.splitlines() if META not in line)
    body = page.split("<style>")[0]
    assert facts_in_page(f"{without}</head>{body}{rest}") is None

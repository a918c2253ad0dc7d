"""Every page that people read, in a real browser: light and dark, wide and narrow, on screen and on paper."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from autograder.records import CodeCell, Digests, Note, QuestionResult, Result, TestResult, Usage
from autograder.report.class_data import QuestionInfo, class_data, student_of
from autograder.report.class_report import Extras, write_class_report
from autograder.report.facts import Facts, Graded
from autograder.report.misconceptions import diagnose
from autograder.report.roster import Person, Roster, Waiting
from autograder.report.similarity import similar_pairs, similarity_page
from autograder.report.staff_page import Known, staff_page
from autograder.report.student_page import student_page
from autograder.store import Stored
from tests.e2e.browser import chromium, opened

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
LONG = "x" * 400
FAILED = TestResult("test_a", "Any number, and a rather long title that has to wrap on a phone", "failed",
                    cause="assertion", hint="plus", message="Add one. " * 20,
                    detail="Difference: the result: every value differs (2 of 2; first at (0,): got 1, expected 2)\n"
                           "In the notebook:\n  cell q1_solution, line 2, in one",
                    calls="one(\n    5,\n)\n-> 5")  # fmt: skip
PASSED = TestResult("test_b", "A large number", "passed", seconds=0.01)
EVIL = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


def notebook():
    def cell(kind, source, outputs=(), **meta):
        made = {"cell_type": kind, "source": source, "metadata": {"nbgrader": meta} if meta else {}}
        return {**made, "outputs": list(outputs)} if kind == "code" else made

    shown = [
        {"output_type": "display_data", "data": {"image/png": PIXEL}, "metadata": {}},
        {"output_type": "display_data", "data": {"text/html": "<table><tr>" + "<td>wide</td>" * 60 + "</tr></table>"}},
        {"output_type": "display_data", "data": {"text/html": EVIL}},
        {"output_type": "stream", "name": "stdout", "text": LONG},
    ]
    about = {"tests": {"q1": [dataclasses.asdict(FAILED), dataclasses.asdict(PASSED)]}}
    return {
        "metadata": {"autograder": about},
        "cells": [
            cell("markdown", "## Q1 One more (4 points)\n" + EVIL + "\n\n" + r"$$\sum_{i=1}^n x_i^2$$"),
            cell("code", f"def one(x):\n    return x  # {LONG}", shown, grade_id="q1_solution", solution=True),
            cell("code", "one(1)", (), grade_id="q1", grade=True, locked=True),
        ],
    }


def a_result(student, marks):
    tests = tuple(dataclasses.replace(PASSED if ok else FAILED, test=f"test_{i}") for i, ok in enumerate(marks))
    question = QuestionResult("q1", 4.0 * sum(marks) / len(marks), 4.0, tests)
    return Result("w", student, "nb", "graded", (question,), (), Digests("a" * 64, "b" * 64, "c" * 64, "d" * 16),
                  (Note("time-limit", "A cell was slow.", "q1_solution"),),
                  usage=Usage(1.0, 50.0, "cgroup"))  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    due = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    facts = Facts("ann", "Week 1", {"q1": Graded(2.0, 4.0, 2.0)}, {"q1_solution": "See $x$. " + EVIL}, due, due,
                  dt.timedelta(days=2), 3600.0, 0.5)  # fmt: skip
    (folder / "feedback.html").write_text(student_page(notebook(), facts), encoding="utf-8")
    known = Known("Week 1", sources={"q1": {"test_0": "def test_0(student):\n    assert student.one(5) == 6"}},
                  cells=(CodeCell("q1_solution", "def one(x):\n    return x"),), seed=lambda q, c: 2**63)  # fmt: skip
    (folder / "students").mkdir()
    (folder / "students" / "ann.html").write_text(staff_page(a_result("ann", (0, 1)), known), encoding="utf-8")
    rng = np.random.default_rng(0)
    rows = [student_of(Stored(a_result(f"s{i:04d}", tuple(rng.uniform(size=12) < 0.7)), "")) for i in range(1000)]
    roster = Roster(tuple(Person(f"m{i}") for i in range(50)), waiting=(Waiting("m1", "q1", "nb", "id"),))
    data = class_data("w", "Week 1", [QuestionInfo("q1", 4)], rows, roster)
    extras = Extras(diagnose({s.student: s.tests for s in data.students}, []), graders=("tina", "tom"))
    write_class_report(data, extras, folder)
    answer = "def f(a):\n" + "".join(f"    a = a * {i} + a[{i}]\n" for i in range(20))
    pairs = similar_pairs({"ann": answer, "ben": answer + EVIL}, [])
    (folder / "similarity.html").write_text(similarity_page("Week 1", pairs, 2, 0.5), encoding="utf-8")
    return folder


PAGES = ("feedback.html", "students/ann.html", "index.html", "students.html", "similarity.html")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_and_runs_nothing(browser, pages, name):
    with opened(browser, pages / name) as found:
        assert found.requests == [] and found.said == []
        assert found.page.title() != "run"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1200, 360])
def test_nothing_of_a_page_hangs_over_its_edge(browser, pages, name, width):
    with opened(browser, pages / name, width=width) as found:
        assert found.overflow() <= 0


_COLOURS = """() => { const s = getComputedStyle(document.body);
  return [s.color, s.backgroundColor].map(c => c.match(/\\d+/g).slice(0, 3).map(Number)); }"""


def luminance(rgb):
    parts = [(c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


_MARKS = """() => [...document.querySelectorAll('.good, .bad, .soft, .wait, a')].slice(0, 200).map(e => {
  let b = e; while (b && getComputedStyle(b).backgroundColor === 'rgba(0, 0, 0, 0)') b = b.parentElement;
  return [getComputedStyle(e).color, getComputedStyle(b || document.body).backgroundColor]
    .map(c => c.match(/\\d+/g).slice(0, 3).map(Number)); })"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_on_light_and_on_dark(browser, pages, name, scheme):
    with opened(browser, pages / name, scheme) as found:
        pairs = [found.page.evaluate(_COLOURS), *found.page.evaluate(_MARKS)]
    assert (luminance(pairs[0][1]) > 0.5) == (scheme == "light")
    for ink, paper in pairs:
        low, high = sorted((luminance(ink), luminance(paper)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, paper)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_dark_on_white_whatever_the_screen_shows(browser, pages, name):
    with opened(browser, pages / name, "dark") as found:
        assert found.page.pdf().startswith(b"%PDF")
        found.page.emulate_media(media="print")
        ink, paper = found.page.evaluate(_COLOURS)
        assert luminance(paper) > 0.9 and luminance(ink) < 0.1


@pytest.mark.parametrize("name", PAGES)
def test_nothing_hangs_over_the_edge_of_the_paper(browser, pages, name):
    with opened(browser, pages / name, width=720) as found:  # what is too wide would make all of a page's print small
        found.page.emulate_media(media="print")
        assert found.overflow() <= 0


def test_formulas_are_drawn(browser, pages):
    with opened(browser, pages / "feedback.html") as found:
        box = found.page.locator("math[display=block]").first.bounding_box()
        assert box["height"] > 20


def test_links_on_a_page_lead_somewhere(browser, pages):
    for name in PAGES:
        with opened(browser, pages / name) as found:
            targets = found.page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))")
            ids = set(found.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
            assert [t for t in targets if t and t not in ids] == [], name


def test_the_parts_of_a_page_have_names_for_screen_readers(browser, pages):
    with opened(browser, pages / "feedback.html") as found:
        snapshot = found.page.locator("body").aria_snapshot()
    for part in ('heading "Week 1"', 'img "failed"', 'img "passed"', "table", "link"):
        assert part in snapshot

"""Pages of a week: what staff can do with it, and who is on its leaderboard; nothing is graded here."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pytest

from autograder import leaderboard
from autograder.late import change_extensions
from autograder.leaderboard import pseudonym
from autograder.records import Digests, QuestionResult, Result, TestResult
from autograder.regrade import RECORDS, Record
from autograder.reporting import REPORTS, write_leaderboard
from autograder.service.chores import Chore, Chores
from autograder.service.desk import Desk
from autograder.service.views import render
from autograder.service.weeks import Weeks

TOY = Path(__file__).parents[2] / "toycourse"
WEEK = "toy_week"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_STORE", raising=False)
    root = shutil.copytree(TOY, tmp_path / "course")
    inbound = tmp_path / "exchange" / "toy" / "inbound"
    inbound.mkdir(parents=True)
    found = Desk(root, inbound, "toy")
    yield found
    found.close()


@pytest.fixture
def weeks(desk):
    chores = Chores(desk.course.root)
    yield Weeks(desk, chores)
    chores.close()


# ---- class report -------------------------------------------------------------------------


def test_files_of_a_report_are_found_and_nothing_beside_it(desk, weeks):
    folder = desk.course.root / REPORTS / WEEK
    (folder / "students").mkdir(parents=True)
    (folder.parent / "secret.json").write_text("{}")
    (folder / "link.html").symlink_to(folder.parent / "secret.json")
    for name in ("index.html", "students.csv", "students/ann.html", "students/-1a2b.html"):
        (folder / name).write_text("x")
        assert weeks.report_file(WEEK, name) == folder / name
    for name in ("../secret.json", "students/../../secret.json", "/etc/passwd", "link.html", "none.html", "students",
                 ".hidden.html", "students/a/b.html", "index.html\n", ""):  # fmt: skip
        assert weeks.report_file(WEEK, name) is None
    assert weeks.report_file("..", "secret.json") is None and weeks.report_file(".", "toy_week/index.html") is None


# ---- regrades ------------------------------------------------------------------------------


def page_of(weeks):
    week = weeks.week(WEEK)
    html = render("week.html.j2", week=week, prefix="/", name="ann", staff=True, xsrf="token", refresh=week.runs)
    return week, set(re.findall(r'action="/staff/week/toy_week/(\w+)"', html)), html


def test_staff_can_record_a_regrade_after_a_look_at_it_and_take_back_what_was_recorded(desk, weeks):
    assert weeks.week("no_week") is None
    assert page_of(weeks)[1] == {"report", "regrade"}
    looked = Chore(WEEK, "regrade", "ann", NOW, 0, "toy_week: 1 gain <b>, 0 lose")
    weeks.chores._last[WEEK] = looked
    _, buttons, html = page_of(weeks)
    assert buttons == {"report", "regrade", "record"} and "1 gain &lt;b&gt;, 0 lose" in html
    for other in (dataclasses.replace(looked, code=4), dataclasses.replace(looked, verb="report")):
        weeks.chores._last[WEEK] = other
        assert "record" not in page_of(weeks)[1]
    folder = desk.course.root / RECORDS / "one"
    folder.mkdir(parents=True)
    record = Record(WEEK, NOW.isoformat(), "ann")
    (folder / "regrade.json").write_text(json.dumps(dataclasses.asdict(record)))
    assert "undo" in page_of(weeks)[1]
    (folder / "regrade.json").write_text(json.dumps(dataclasses.asdict(dataclasses.replace(record, undone_at="then"))))
    assert "undo" not in page_of(weeks)[1]
    (folder / "regrade.json").write_text("{")
    assert "is damaged" in page_of(weeks)[2]


def test_while_something_runs_the_page_looks_again_and_its_buttons_are_off(weeks):
    weeks.chores._last[WEEK] = Chore(WEEK, "report", "ann", NOW)
    _, _, html = page_of(weeks)
    assert 'http-equiv="refresh"' in html and html.count("<button disabled>") == 2


# ---- leaderboard ----------------------------------------------------------------------------


@pytest.fixture
def with_runs(desk):
    """A week that measures, and three runs."""
    suite = desk.course.root / "tests" / "hidden" / WEEK / "test_q1.py"
    more = 'def test_accuracy(student, measure):\n    measure("leaderboard.public", 1)\n'
    suite.write_text(f"{suite.read_text()}\n\n{more}")
    for who, public, private, listed in (("ann", 0.914, 0.52, 1), ("bob", 0.834, 0.76, 1), ("cleo", 0.99, 0.99, 0)):
        numbers = {"public": public, "private": private, "parameters": 9, "seconds": 3, "on_card": 0, "listed": listed}
        measures = tuple((f"leaderboard.{name}", float(value)) for name, value in numbers.items())
        questions = (QuestionResult("q1", 4.0, 4.0, (TestResult("test_a", "A", "passed", measures=measures),)),)
        desk.store.put(Result(WEEK, who, "toy", "graded", questions, (), Digests(who, "s", "i", "d")))
    return desk


def shown_to(weeks, who):
    board = weeks.leaderboard(WEEK, who)
    common = {"prefix": "/", "name": who, "staff": False, "refresh": False, "boards": weeks.with_leaderboard()}
    return board, render("board.html.j2", lists=board, **common)


def test_a_student_sees_pseudonyms_and_which_one_is_theirs(with_runs, weeks):
    names = {who: pseudonym(with_runs.course.secret(), WEEK, who) for who in ("ann", "bob", "cleo")}
    board, html = shown_to(weeks, "ann")
    assert [p.name for _, places in board["boards"] for p in places] == [names["ann"], names["bob"]]
    assert f"You are <strong>{names['ann']}</strong>" in html and html.count("badge") == 1
    assert "bob" not in html and "cleo" not in html and names["cleo"] not in html
    for number in ("91.4", "52 %", "76 %", "0.52", "0.76"):
        assert number not in html


def test_who_has_opted_out_is_not_listed_to_themselves_either(with_runs, weeks):
    board, html = shown_to(weeks, "cleo")
    assert board["you"] == "" and "No run of yours is listed" in html and "badge" not in html


def test_the_half_that_decides_is_shown_once_staff_have_written_the_final_list(with_runs, desk):
    def board():
        return Weeks(desk, Chores(desk.course.root)).leaderboard(WEEK, "ann")

    write_leaderboard(desk.course, WEEK)
    assert not board()["final"]
    write_leaderboard(desk.course, WEEK, final=True)
    assert board()["final"]
    manifest = desk.course.root / "solutions" / WEEK / "assignment.toml"
    manifest.write_text("due = 2026-01-01T12:00:00Z\n" + manifest.read_text())
    change_extensions(desk.course.root, WEEK, ["bob"], hours=24 * 365 * 50)
    assert not board()["final"]


def test_a_leaderboard_is_made_anew_once_a_minute_and_not_for_each_reader(with_runs, weeks, desk):
    first, _ = shown_to(weeks, "ann")
    (desk.course.root / leaderboard.FOLDER).mkdir()
    (desk.course.root / leaderboard.FOLDER / leaderboard.LEFT_OUT).write_text("bob\n")
    assert shown_to(weeks, "bob")[0]["boards"] == first["boards"]
    made, view, names = weeks._boards[WEEK]
    weeks._boards[WEEK] = (made - dt.timedelta(minutes=2), view, names)
    board, _ = shown_to(weeks, "bob")
    assert board["you"] == "" and len(board["boards"][0][1]) == 1


def test_only_released_weeks_that_measure_for_one_have_a_leaderboard(with_runs, weeks, desk):
    assert weeks.with_leaderboard() == ()
    (desk.inbound.parent / "outbound" / WEEK).mkdir(parents=True)
    assert weeks.with_leaderboard() == ((WEEK, "Toy week: means and totals"),)
    assert weeks.leaderboard("no_week", "ann") is None


def test_a_week_without_measures_has_no_leaderboard(weeks):
    assert weeks.leaderboard(WEEK, "ann") is None and not weeks.week(WEEK).leaderboard

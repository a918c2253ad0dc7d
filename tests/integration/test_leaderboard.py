"""The verb: from stored results to a page that students may see."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from tiny_course import MANIFEST, WEEK, write_course

from autograder import cli
from autograder.leaderboard import FOLDER, LEFT_OUT, pseudonym
from autograder.records import Digests, QuestionResult, Result, TestResult
from autograder.store import Store, default_url

DUE = 'due = 2026-01-01T12:00:00+00:00\n'


def result(student, public, private, on_card=0.0):
    numbers = {"public": public, "private": private, "parameters": 100, "seconds": 3.2, "on_card": on_card, "listed": 1}
    measures = tuple((f"leaderboard.{name}", float(value)) for name, value in numbers.items())
    tests = (TestResult("test_a", "A", "passed", measures=measures),)
    questions = (QuestionResult("q1", 4.0, 4.0, tests),)
    return Result(WEEK, student, "tiny", "graded", questions, (), Digests(student, "s", "i", "d"))


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_STORE", raising=False)
    course = write_course(tmp_path, manifest=f"{DUE}{MANIFEST}")
    with Store(default_url(course.root)) as store:
        store.put(result("ann", 0.9141, 0.5271))
        store.put(result("bob", 0.8342, 0.7683))
        store.put(result("cleo", 0.9555, 0.9444, on_card=1.0))
    return course


def run(course, *arguments):
    return cli.main(["--course", str(course.root), "leaderboard", WEEK, *arguments])


def test_the_page_and_the_json_show_pseudonyms_and_the_public_half_alone(course, capsys):
    assert run(course) == 0 and "3 students" in capsys.readouterr().out
    page = (course.root / FOLDER / f"{WEEK}.html").read_text()
    content = json.loads((course.root / FOLDER / f"{WEEK}.json").read_text())
    secret = course.secret()
    assert [[p["accuracy"] for p in board["places"]] for board in content["boards"]] == [[0.95], [0.91, 0.83]]
    for text in (page, json.dumps(content)):
        assert pseudonym(secret, WEEK, "ann") in text and not any(who in text for who in ("ann", "bob", "cleo"))
        assert not any(number in text for number in ("0.52", "52.7", "0.76", "76.8", "0.944", "94.4", "9141"))


def test_the_final_list_shows_the_other_half(course, capsys):
    assert run(course, "--final", "--json") == 0
    content = json.loads(capsys.readouterr().out)
    assert content["final"] and [p["accuracy"] for p in content["boards"][1]["places"]] == [0.7683, 0.5271]


def test_while_somebody_may_hand_in_there_is_no_final_list(course, capsys):
    assert cli.main(["--course", str(course.root), "extend", WEEK, "ann", "--days", "5000"]) == 0
    assert run(course, "--final") == 4 and "half of the images" in capsys.readouterr().err
    assert not (course.root / FOLDER / f"{WEEK}.html").exists()


def test_late_work_that_earns_points_keeps_the_final_list_back(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("AUTOGRADER_STORE", raising=False)
    due = f"due = {dt.datetime.now(dt.UTC) - dt.timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}\n"
    for days, code in ((1, 0), (3, 4)):
        late = f"[late]\npercent_per_day = 10\nlast_day = {days}\n"
        course = write_course(tmp_path / str(days), manifest=f"{due}{MANIFEST}{late}")
        assert run(course, "--final") == code
    assert "half of the images" in capsys.readouterr().err


def test_who_is_who_is_told_on_the_terminal_alone(course, capsys):
    assert run(course, "--names") == 0
    assert f"{pseudonym(course.secret(), WEEK, 'bob')}  bob" in capsys.readouterr().out


def test_a_student_who_asked_staff_is_not_listed(course, capsys):
    (course.root / FOLDER).mkdir(parents=True)
    (course.root / FOLDER / LEFT_OUT).write_text("ann\n")
    assert run(course, "--names") == 0
    said = capsys.readouterr().out
    assert "2 students" in said and "ann" not in said


def test_a_week_without_measures_has_an_empty_page(tmp_path, capsys):
    course = write_course(tmp_path, manifest=MANIFEST)
    assert run(course) == 0 and "0 students" in capsys.readouterr().out
    assert "Nobody is listed yet" in (course.root / FOLDER / f"{WEEK}.html").read_text()

"""The desk on a course whose grading never starts: what is taken, what is refused, what is shown of it."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
import pwd
import re
import shutil
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import notebook_hash

from autograder.attempts import AttemptPolicy
from autograder.errors import BrokenSuite, CourseError, EngineUnavailable, Quarantined, SandboxDied, StoreUnavailable
from autograder.gpu.settings import CardJob
from autograder.intake import Bounds
from autograder.late import change_extensions
from autograder.records import CellResult, Digests, Note, QuestionResult, Result, Submission, TestResult, Times
from autograder.release import read_notebook
from autograder.report.facts import Facts, Graded
from autograder.report.student_page import student_page
from autograder.service import desk as desk_module
from autograder.service.desk import BACKOFF, Desk
from autograder.service.queue import Queue
from autograder.service.views import Detail, Views, questions_of, render

TOY = Path(__file__).parents[2] / "toycourse"
ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def inbound(tmp_path) -> Path:
    folder = tmp_path / "exchange" / "toy" / "inbound"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def desk(tmp_path, inbound, monkeypatch):
    monkeypatch.setattr(desk_module, "QUIET_SECONDS", 0.0)
    monkeypatch.delenv("AUTOGRADER_STORE", raising=False)
    root = shutil.copytree(TOY, tmp_path / "course")
    manifest = root / "solutions" / "toy_week" / "assignment.toml"
    manifest.write_text('due = 2026-01-01T12:00:00Z\n' + manifest.read_text())
    found = Desk(root, inbound, "toy", bounds=Bounds(bytes=1000))
    found._queue = lambda number, again=False, delay=0.0: None
    yield found
    found.close()


def hand_in(inbound: Path, who: str = ME, week: str = "toy_week", mark: str = "a", data: bytes = b"{}") -> Path:
    folder = inbound / f"{who}+{week}+2001-01-01 00:00:00.000000 UTC+{mark}"
    folder.mkdir()
    (folder / "toy.ipynb").write_bytes(data)
    for name in ("timestamp.txt", "submission_secret.txt"):
        (folder / name).write_text("2001-01-01 00:00:00.000000 UTC")
    return folder


def test_what_arrives_is_taken_once_with_the_servers_time(desk, inbound):
    hand_in(inbound)
    before = time.time()
    desk.scan()
    desk.scan()
    (line,) = desk.ledger.select()
    assert (line.student, line.assignment, line.state) == (ME, "toy_week", "queued")
    assert abs(line.when.timestamp() - before) < 60
    assert (desk.course.root / line.folder / "toy.ipynb").read_bytes() == b"{}"


def test_an_entry_that_is_still_being_written_waits(desk, inbound):
    folder = hand_in(inbound)
    (folder / "submission_secret.txt").unlink()
    assert desk.scan() > 0
    assert desk.ledger.select() == []


@pytest.mark.parametrize(
    ("values", "cause"),
    [({"who": "somebodyelse"}, "forged"), ({"week": "week99"}, "no-assignment"), ({"data": b"x" * 2000}, "too-large")],
)
def test_what_is_refused_is_written_under_its_owner(desk, inbound, values, cause):
    hand_in(inbound, **values)
    desk.scan()
    (line,) = desk.ledger.select()
    assert (line.student, line.state, line.cause) == (ME, "refused", cause)


def test_another_process_goes_on_where_the_first_was_ended(desk, inbound):
    hand_in(inbound)
    desk.scan()
    again = Desk(desk.course.root, inbound, "toy")
    queued: list[int] = []
    again._queue = queued.append
    again.resume()
    again.scan()
    again.close()
    assert queued == [1]


def test_only_what_failed_can_be_tried_again(desk, inbound):
    hand_in(inbound)
    desk.scan()
    assert not desk.retry(1)
    assert not desk.retry(99)
    desk.ledger.update(1, state="failed", cause="sandbox-died")
    assert desk.retry(1)
    assert desk.ledger.get(1).state == "queued"


def test_what_has_a_result_is_regraded_and_of_several_attempts_the_newest(desk, inbound):
    for mark in "ab":
        hand_in(inbound, mark=mark)
        desk.scan()
    queued: list[tuple[int, bool]] = []
    desk._queue = lambda number, again=False: queued.append((number, again))
    assert not desk.regrade(1) and not desk.regrade(99)
    for number in (1, 2):
        desk.ledger.update(number, state="done", score=3.0)
    assert not desk.regrade(1)
    assert desk.regrade(2) and queued == [(2, True)]
    assert (desk.ledger.get(2).state, desk.ledger.get(2).score) == ("queued", 3.0)


def test_a_regrade_takes_the_week_as_it_is_now_and_a_broken_one_changes_nothing(desk, inbound):
    hand_in(inbound)
    desk.scan()
    desk.ledger.update(1, state="done")
    manifest = desk.course.root / "solutions" / "toy_week" / "assignment.toml"
    before = manifest.read_text()
    assert desk.assignment("toy_week").title.startswith("Toy week")
    manifest.write_text(before.replace("Toy week", "Mended"))
    assert desk.regrade(1) and desk.assignment("toy_week").title.startswith("Mended")
    desk.ledger.update(1, state="done")
    manifest.write_text("title = 3")
    with pytest.raises(CourseError):
        desk.regrade(1)
    assert desk.ledger.get(1).state == "done" and desk.assignment("toy_week").title.startswith("Mended")


def test_what_others_have_graded_is_followed_for_the_same_submission_alone(desk, inbound):
    for mark in "ab":
        hand_in(inbound, mark=mark)
        desk.scan()
    desk.ledger.update(1, state="done", score=1.0, digests="a b c d")
    desk.ledger.update(2, state="done", score=1.0, digests="another b c d")
    desk.store.put(dataclasses.replace(result("public"), digests=Digests("a", "new", "c", "d")))
    desk.follow("toy_week")
    assert [(h.score, h.made_from.suite) for h in desk.ledger.select()] == [(1.0, "b"), (2.0, "new")]


def test_the_machines_fault_is_tried_again_after_pauses_that_grow_and_then_waits_for_staff(desk, inbound, monkeypatch):
    queued: list[tuple[bool, float]] = []
    desk._queue = lambda number, again=False, delay=0.0: queued.append((again, delay))

    def fails(*_):
        raise SandboxDied("silent")

    monkeypatch.setattr(desk, "_finish", fails)
    hand_in(inbound)
    desk.scan()
    for _ in range(BACKOFF.tries):
        desk._grade(1, "then", again=True)
    assert desk.ledger.get(1).state == "failed" and desk.ledger.get(1).cause == "sandbox-died"
    agains, delays = zip(*queued[1:], strict=True)
    assert len(delays) == BACKOFF.tries - 1 and all(agains), "a batch stays one"
    assert list(delays) == sorted(delays) and delays[0] >= BACKOFF.first / 2


@pytest.mark.parametrize(("error", "state"), [
    (EngineUnavailable("away"), "queued"),
    (StoreUnavailable("locked"), "queued"),
    (Quarantined("three died"), "failed"),
    (BrokenSuite("x"), "failed"),
    (ZeroDivisionError(), "failed"),
])
def test_what_may_pass_is_tried_again_and_nothing_else(desk, inbound, monkeypatch, error, state):
    def fails(*_):
        raise error

    monkeypatch.setattr(desk, "_finish", fails)
    hand_in(inbound)
    desk.scan()
    desk._grade(1, "then")
    assert desk.ledger.get(1).state == state


def test_staff_release_what_was_quarantined(desk, inbound):
    hand_in(inbound)
    desk.scan()
    key = ("toy_week", "toy", ME, Digests("a", "b", "c", "d"))
    desk.store.add_deaths(*key, 3, "silent")
    desk.ledger.update(1, state="failed", cause="quarantined")
    assert desk.retry(1) and desk.store.deaths(*key) == 0


def test_a_student_who_waits_comes_before_what_staff_have_graded_again(desk, inbound):
    hand_in(inbound, mark="a")
    desk.scan()
    desk.ledger.update(1, state="done", digests="a b c d")
    del desk._queue
    desk._waiting.close()
    desk._waiting = Queue(0)
    assert desk.regrade(1)
    hand_in(inbound, mark="b")
    desk.scan()
    assert desk.waiting() == [2, 1]
    order = []
    desk._grade = lambda number, queued, again: order.append((number, again))
    while (job := desk._waiting.take()[0]) is not None:
        job()
    assert order == [(2, False), (1, True)]


def test_attempts_over_the_weeks_limit_are_kept_with_a_receipt_and_graded_when_staff_ask(desk, inbound, monkeypatch):
    queued: list[int] = []
    desk._queue = queued.append
    week = dataclasses.replace(desk.assignment("toy_week"), attempts=AttemptPolicy(limit=1))
    monkeypatch.setattr(desk, "assignment", lambda name: week)
    for mark in "ab":
        hand_in(inbound, mark=mark)
        desk.scan()
    kept, graded = desk.ledger.select()
    assert (graded.state, kept.state, kept.cause) == ("queued", "kept", "attempts-used-up")
    assert kept.receipt and queued == [graded.number]
    (line, _) = Views(desk).lines(desk.ledger.select(), staff=False)
    assert "1 attempt" in line.said
    assert desk.retry(kept.number) and queued == [graded.number, kept.number]


@pytest.mark.parametrize(
    ("kind", "state"), [("queue-timeout", "queued"), ("infrastructure", "queued"), ("gpu-run", "kept")]
)
def test_a_card_that_could_not_be_had_uses_no_attempt(desk, inbound, monkeypatch, kind, state):
    desk._queue = lambda number: None
    job = CardJob(question="q1", files=("a",))
    week = dataclasses.replace(desk.assignment("toy_week"), attempts=AttemptPolicy(limit=1), card=job)
    monkeypatch.setattr(desk, "assignment", lambda name: week)
    hand_in(inbound, mark="a")
    desk.scan()
    (line,) = desk.ledger.select()
    digests = Digests("sub", "suite", "image", "seed")
    result = Result(line.assignment, line.student, week.notebook, "graded", (), (), digests, (Note(kind, "-"),))
    desk.store.put(result)
    desk.ledger.update(line.number, state="done", digests="sub suite image seed")
    hand_in(inbound, mark="b")
    desk.scan()
    assert desk.ledger.select()[0].state == state


def test_late_counts_from_the_students_own_due_date(desk, inbound):
    hand_in(inbound)
    desk.scan()
    views = Views(desk)
    assert "late" in views.lines(desk.ledger.select(), staff=False)[0].late
    change_extensions(desk.course.root, "toy_week", [ME], hours=24 * 365 * 50)
    assert views.lines(desk.ledger.select(), staff=False)[0].late == ""


def test_tests_kept_back_until_the_due_date_stay_so_for_who_has_more_time(desk, inbound):
    hand_in(inbound)
    desk.scan()
    desk.ledger.update(1, state="done", all_public=False)
    views = Views(desk)
    views._result = lambda h: result("public", "after_due")

    def shown():
        (question,) = views.detail(desk.ledger.get(1), staff=False).questions
        return [test.title for test in question.tests]

    assert shown() == ["title public", "title after_due"]
    change_extensions(desk.course.root, "toy_week", [ME], hours=24 * 365 * 50)
    assert shown() == ["title public"]


def test_a_broken_list_of_extensions_is_told_to_staff_and_the_page_stays(desk, inbound):
    hand_in(inbound)
    desk.scan()
    path = desk.course.root / "course" / "extensions.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("assignment,student,hours\ntoy_week,me,soon\n")
    (line,) = Views(desk).lines(desk.ledger.select(), staff=False)
    assert "late" in line.late and "is no extension" in desk.health.last_error


def test_the_queue_tells_each_its_place_and_estimates_by_what_it_measured(desk, inbound):
    for mark in "abc":
        hand_in(inbound, mark=mark)
    desk.scan()
    views = Views(desk)
    found = {line.number: line for line in views.lines(desk.ledger.select(), staff=False)}
    assert [found[n].place for n in (1, 2, 3)] == [1, 2, 3]
    assert found[1].estimate == "no estimate yet"
    desk.health.seconds.append(10.0)
    desk.workers = 1
    assert views.lines(desk.ledger.select(), staff=False)[0].estimate == "about 30 s"


def test_a_result_keeps_when_it_was_handed_in_and_when_it_was_queued(desk, inbound, monkeypatch):
    class Quick:
        assignment = desk.assignment("toy_week")

        def digests(self, submission):
            return Digests(submission.digest(), "b", "c", "d")

        def grade(self, submission, before=None):
            made = Result("toy_week", ME, "toy", "graded", (), (), self.digests(submission))
            return dataclasses.replace(made, times=Times(started="s", judged="j"))

        def close(self):
            pass

    monkeypatch.setattr(desk_module, "read_folder", lambda *_: Submission("toy_week", ME, "toy", ()))
    monkeypatch.setattr(desk._graders, "use", lambda name: contextlib.nullcontext(Quick()))
    hand_in(inbound)
    desk.scan()
    desk._grade(1, "then")
    (line,) = desk.ledger.select()
    (kept,) = desk.store.results("toy_week")
    assert line.state == "done" and kept.times == Times(line.received, "then", "s", "j")


@pytest.fixture
def graded(desk, inbound) -> Path:
    """A submission that is graded, whose manual question nobody has read; returns what was handed in."""
    hand_in(inbound)
    desk.scan()
    released = desk.course.root / "assignments" / "toy_week" / "toy.ipynb"
    released.parent.mkdir(parents=True)
    notebook = nbformat.writes(read_notebook(desk.assignment("toy_week")))
    released.write_text(notebook)
    folder = desk.course.root / desk.ledger.get(1).folder
    (folder / "toy.ipynb").write_text(notebook)
    (inbound.parent / "feedback").mkdir()
    return folder


def test_the_page_of_a_hand_in_shows_titles_what_to_read_again_and_the_notebook_as_it_ran(desk, graded):
    figure = {"output_type": "display_data", "data": {"image/png": PIXEL}, "metadata": {}}
    kept = dataclasses.replace(result("public"), cells=(CellResult("q1_solution", (figure,)),))
    page, html = page_of(desk, kept)
    assert [(q.name, q.title, q.score, q.state) for q in page.questions] == [
        ("q1", "Mean", 2, "graded"), ("q4", "Total of a file", None, "waiting"),
    ]  # fmt: skip
    assert page.questions[0].reread and [t.title for t in page.questions[0].tests] == ["title public"]
    assert "def mean(x)" in re.sub("<[^>]*>", "", html) and PIXEL in html


def test_a_note_on_a_cell_that_belongs_to_no_question_is_said_too(desk, graded):
    where = {"": "On all.", "cell-3": "On a cell of their own.", "q1_solution": "On the answer."}
    notes = tuple(Note("time-limit", text, place) for place, text in where.items())
    page, html = page_of(desk, dataclasses.replace(result("public"), notes=notes))
    assert page.notes == ("On all.", "On a cell of their own.")
    assert html.count("On the answer.") == 1


FACTS = Facts(
    student=ME,
    title="Toy",
    grades={"q1": Graded(2, 4, 2), "q4": Graded(1.5, 2, None, 1.5)},
    comments={"q4": "Which *mean*? <script>alert(1)</script><b onclick=x>bold</b>", "q1_solution": "A loop would do."},
    due=dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC),
    extension=dt.timedelta(hours=12),
    seconds_late=7200.0,
    penalty=1.2,
    policy="10 % a day",
    assignment="toy_week",
)


def release(inbound: Path, folder: Path, facts: Facts) -> None:
    """What ``nbgrader release_feedback`` does with a page."""
    secret = (folder / "submission_secret.txt").read_text()
    page = inbound.parent / "feedback" / f"{notebook_hash(secret=secret, notebook_id='toy')}.html"
    page.write_text(student_page({"metadata": {}, "cells": []}, facts))


def page_of(desk: Desk, made: Result | None = None) -> tuple[Detail, str]:
    views = Views(desk)
    views._result = lambda h: made or result("public")
    detail = views.detail(desk.ledger.get(1), staff=False)
    return detail, render("one.html.j2", line=detail.line, detail=detail, staff=False, prefix="/", name=ME, xsrf="")


def test_before_the_release_of_feedback_a_page_has_neither_comment_nor_a_persons_points(desk, graded):
    detail, html = page_of(desk)
    assert detail.feedback is None
    assert [(q.name, q.score, q.state) for q in detail.questions] == [("q1", 2, "graded"), ("q4", None, "waiting")]
    assert "A person still has to read this answer" in html and "Comment" not in html


def test_released_feedback_brings_points_comments_and_lateness_onto_the_page(desk, inbound, graded):
    release(inbound, graded, FACTS)
    detail, html = page_of(desk)
    q1, q4 = detail.questions
    assert (q4.score, q4.state, q4.by_hand, q1.score, [t.title for t in q1.tests]) == (
        1.5, "graded", True, 2, ["title public"]
    )  # fmt: skip
    assert (detail.feedback.score, detail.feedback.max_score, detail.feedback.waiting) == (2.3, 6, 0)
    assert "Which <em>mean</em>?" in html and "A loop would do." in html and "given by a person" in html
    assert "alert(1)" not in html and "onclick" not in html
    assert "You have an extension of 12 h" in html and "1.2 points were taken off" in html and "10 % a day" in html
    assert not detail.feedback.older


def test_an_answer_that_nobody_has_read_says_so_after_the_release_too(desk, inbound, graded):
    waiting = {**FACTS.grades, "q4": Graded(None, 2, needs_manual_grade=True)}
    release(inbound, graded, dataclasses.replace(FACTS, grades=waiting))
    detail, html = page_of(desk)
    assert detail.feedback.waiting == 1 and "not final: 1 answer waits" in html


@pytest.mark.parametrize("of", [{"student": "somebodyelse"}, {"assignment": "toy_week_again"}])
def test_feedback_on_another_submission_is_not_shown_to_who_has_its_secret(desk, inbound, graded, of):
    release(inbound, graded, dataclasses.replace(FACTS, **of))
    detail, html = page_of(desk)
    assert detail.feedback is None and "mean</em>?" not in html


def test_an_attempt_that_staff_have_not_read_shows_no_feedback_on_another(desk, inbound, graded):
    release(inbound, graded, FACTS)
    (graded / "submission_secret.txt").write_text("the secret of another attempt")
    assert page_of(desk)[0].feedback is None


def test_points_of_a_feedback_that_is_older_than_the_tests_say_so(desk, inbound, graded):
    release(inbound, graded, dataclasses.replace(FACTS, grades={**FACTS.grades, "q1": Graded(1, 4, 1)}))
    detail, html = page_of(desk)
    assert detail.feedback.older and "The tests have been run again since" in html


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def result(*visibilities: str) -> Result:
    tests = tuple(TestResult(f"t{v}", f"title {v}", "passed", visibility=v) for v in visibilities)
    questions = (QuestionResult("q1", 2, 4, tests),)
    return Result("toy_week", ME, "toy", "graded", questions, (), Digests("a", "b", "c", "d"))


def test_tests_that_are_kept_back_keep_back_the_points_too():
    (before,) = questions_of(result("public", "after_due"), ("public",), staff=False)
    assert before.score is None
    assert [t.title for t in before.tests] == ["title public"]
    (after,) = questions_of(result("public", "after_due", "staff"), ("public", "after_due"), staff=False)
    assert after.score == 2
    assert [t.title for t in after.tests] == ["title public", "title after_due"]
    (staff,) = questions_of(result("public", "staff"), ("public", "after_due", "staff"), staff=True)
    assert len(staff.tests) == 2


def test_a_week_of_public_tests_shows_its_points_at_once():
    (found,) = questions_of(result("public", "public"), ("public",), staff=False)
    assert found.score == 2


def test_due_dates_have_a_time_zone(desk):
    assert desk.assignment("toy_week").due == dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)

"""The judge's process: what its end, or that of its server alone, costs those who wait for it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from autograder.errors import JudgeDied
from autograder.grading import Grader
from autograder.judge.client import Judge
from tests.integration.tiny_course import SUITES, WEEK, submission, write_course

WAITS = """
def test_waits(student):
    open({entered!r}, "w").close()
    open({released!r}).close()
    assert student.one(1) == 2
"""
PATIENCE = 60.0


@pytest.fixture
def pipes(tmp_path):
    """Two named ones: opening either end waits for the other."""
    found = tmp_path / "entered", tmp_path / "released"
    for path in found:
        os.mkfifo(path)
    return found


@pytest.fixture
def grader(tmp_path, pipes):
    entered, released = map(str, pipes)
    course = write_course(tmp_path / "c", {**SUITES, "q1": WAITS.format(entered=entered, released=released)})
    with Grader(course, course.assignment(WEEK), "plain") as made:
        yield made


def in_thread(function, *arguments):
    """What a call returned or raised, once it is there, and the thread it runs in."""
    outcome = []

    def work():
        try:
            outcome.append(function(*arguments))
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return outcome, thread


def test_who_asks_a_dead_server_hears_so_at_once_though_a_fork_of_it_lives(grader, pipes):
    entered, released = pipes
    first, thread = in_thread(grader.grade, submission("ann"))
    open(entered).close()
    judge = grader._judge
    judge._process.kill()
    judge._process.wait()
    with grader.finished_notebook(submission("bob")) as run:
        second, asking = in_thread(judge.examine, run.session, "bob", grader.assignment.limits, ["q2"], PATIENCE)
        asking.join(PATIENCE)
        assert not first and len(second) == 1, "the fork that lives has the request, and does not read it"
    assert isinstance(second[0], JudgeDied) and second[0].deaths == 1
    open(released, "w").close()
    thread.join(PATIENCE)
    assert first[0].score == 12


def test_a_judge_that_was_closed_is_a_fault_of_the_machine_whoever_asks_it(grader):
    with grader.finished_notebook(submission()) as run:
        judge = Judge(grader.course.root, WEEK, b"secret")
        judge.await_ready()
        judge.close()
        with pytest.raises(JudgeDied) as died:
            judge.examine(run.session, "ann", grader.assignment.limits, ["q2"], PATIENCE)
    assert died.value.deaths == 1


def test_an_end_at_the_start_is_nobodys_death(tmp_path):
    course = write_course(tmp_path)
    judge = Judge(course.root, WEEK, b"secret")
    judge._process.kill()
    with pytest.raises(JudgeDied, match="did not start") as died:
        judge.await_ready()
    judge.close()
    with pytest.raises(JudgeDied, match="while it started"):
        judge.await_ready()
    assert died.value.deaths == 0


def test_its_last_words_are_told(tmp_path):
    course = write_course(tmp_path)
    Path(course.root, "tests", "hidden", WEEK, "conftest.py").write_text(
        "import os, sys\nprint('the suite gives up', file=sys.stderr, flush=True)\nos._exit(3)\n"
    )
    judge = Judge(course.root, WEEK, b"secret")
    try:
        with pytest.raises(JudgeDied, match=r"It said last:\nthe suite gives up"):
            judge.await_ready()
    finally:
        judge.close()

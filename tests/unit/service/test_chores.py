"""Verbs in processes of their own, on a course without results."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from autograder.service.chores import VERBS, Chores

TOY = Path(__file__).parents[2] / "toycourse"
WEEK = "toy_week"


@pytest.fixture
def ended():
    return threading.Event()


@pytest.fixture
def chores(tmp_path, monkeypatch, ended):
    monkeypatch.delenv("AUTOGRADER_STORE", raising=False)
    root = shutil.copytree(TOY, tmp_path / "course")
    found = Chores(root, "/formgrader", lambda chore: ended.set())
    yield found
    found.close()


def finish(chores, week=WEEK):
    chores._pool.submit(lambda: None).result(120)
    return chores.last(week)


def test_a_verb_runs_to_its_end_and_what_it_said_is_kept(chores, ended):
    assert chores.start(WEEK, "report", "ann")
    assert not chores.start(WEEK, "regrade", "ben")  # one at a time
    done = finish(chores)
    assert (done.code, done.by, done.verb) == (0, "ann", "report") and done.said.strip().endswith("index.html")
    assert ended.is_set()
    assert chores.start(WEEK, "undo", "ben")
    done = finish(chores)
    assert done.code == 4 and "no regrade was recorded" in done.said


def pretend(monkeypatch, tmp_path, text):
    """Another program in the place of the command line."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    monkeypatch.setattr("autograder.service.chores.sys.executable", str(program))


def test_a_week_is_never_taken_for_an_option(chores, monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path, 'echo "$@"')
    chores.start("--help", "record", "ann")
    assert finish(chores, "--help").said.endswith("regrade --apply -- --help\n")


def test_a_verb_runs_under_the_name_of_who_started_it_and_without_the_services_tokens(chores, monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    pretend(monkeypatch, tmp_path, "env; exit 3")
    chores.start(WEEK, "record", "ann")
    done = finish(chores)
    assert done.code == 3 and "LOGNAME=ann" in done.said.splitlines() and "secret" not in done.said


def test_the_end_of_the_service_ends_what_runs(chores, monkeypatch, tmp_path):
    begun = tmp_path / "begun"
    pretend(monkeypatch, tmp_path, f"trap 'exit 9' INT\n: > {begun}\nwhile :; do sleep 0.1; done")
    chores.start(WEEK, "report", "ann")
    waited = threading.Event()
    while not begun.exists():
        waited.wait(0.02)
    process = chores._process
    chores.close()
    assert process.returncode == 9
    assert not chores.start(WEEK, "report", "ann")


def test_every_verb_is_one_of_the_command_line(chores):
    from autograder.cli import cli

    assert {verb for verb, *_ in VERBS.values()} <= set(cli.commands)

"""Verbs in processes of their own; what the real ones do is tested over a real hub."""

from __future__ import annotations

import threading

import pytest

from autograder.service.chores import VERBS, Chores

WEEK = "toy_week"


@pytest.fixture
def ended():
    return threading.Event()


@pytest.fixture
def chores(tmp_path, ended):
    found = Chores(tmp_path, "/formgrader", lambda chore: ended.set())
    yield found
    found.close()


def finish(chores, week=WEEK):
    chores._pool.submit(lambda: None).result(120)
    return chores.last(week)


def pretend(monkeypatch, tmp_path, text):
    """Another program in the place of the command line."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    monkeypatch.setattr("autograder.service.chores.sys.executable", str(program))


def test_a_verb_runs_to_its_end_and_what_it_said_is_kept(chores, ended, monkeypatch, tmp_path):
    go = tmp_path / "go"
    pretend(monkeypatch, tmp_path, f'while [ ! -e {go} ]; do sleep 0.05; done; echo "$@"; echo problem >&2; exit 4')
    assert chores.start(WEEK, "report", "ann")
    assert not chores.start(WEEK, "regrade", "ben")  # one at a time
    assert chores.last(WEEK).runs
    go.touch()
    done = finish(chores)
    assert (done.code, done.by, done.verb, ended.is_set()) == (4, "ann", "report", True)
    argv = f"-m autograder.cli --course {tmp_path} report --formgrader /formgrader -- {WEEK}"
    assert done.said == f"{argv}\nproblem\n"
    assert chores.start(WEEK, "undo", "ben")


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
    monkeypatch.setattr("autograder.service.chores.PATIENCE_SECONDS", 120.0)
    begun = tmp_path / "begun"
    pretend(monkeypatch, tmp_path, f"trap 'exit 9' INT\n: > {begun}\nwhile :; do sleep 0.1; done")
    chores.start(WEEK, "report", "ann")
    waited = threading.Event()
    while not begun.exists():
        waited.wait(0.02)
    chores.close()
    chores._pool.shutdown()
    assert chores.last(WEEK).code == 9
    assert not chores.start(WEEK, "report", "ann")


def test_every_verb_is_one_of_the_command_line(chores):
    from autograder.cli import cli

    assert {verb for verb, *_ in VERBS.values()} <= set(cli.commands)

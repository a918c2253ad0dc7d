"""A week's grader is replaced when the week has changed, and never closed while somebody uses it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import InfrastructureError
from autograder.service import graders as module
from autograder.service.graders import Graders

TOY = Path(__file__).parents[2] / "toycourse"
WEEK = "toy_week"


class Noted:
    """In the place of a grader that would start sandboxes."""

    def __init__(self, course, assignment):
        self.assignment, self.closed = assignment, False

    def close(self):
        self.closed = True


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "Grader", Noted)
    return load_course(shutil.copytree(TOY, tmp_path / "course"))


def change(course):
    suite = course.root / "tests" / "hidden" / WEEK / "test_q1.py"
    suite.write_text(suite.read_text() + "\n# mended\n")


def test_an_unchanged_week_keeps_its_grader(course):
    graders = Graders(course)
    first = graders.get(WEEK)
    graders.reread(WEEK)
    assert graders.get(WEEK) is first and not first.closed


def test_a_changed_suite_gets_another_grader_when_the_week_is_read_again(course):
    graders = Graders(course)
    first = graders.get(WEEK)
    change(course)
    assert graders.get(WEEK) is first
    graders.reread(WEEK)
    assert graders.get(WEEK) is not first and first.closed


def test_what_is_being_graded_is_finished_with_the_old_suite(course):
    graders = Graders(course)
    with graders.use(WEEK) as first:
        with graders.use(WEEK) as same:
            assert same is first
            change(course)
            graders.reread(WEEK)
        assert not first.closed  # one of two has ended
        with graders.use(WEEK) as second:
            assert second is not first and not first.closed
        assert not second.closed
    assert first.closed and not second.closed


def test_a_changed_manifest_counts_at_once_and_a_broken_one_not_until_it_is_mended(course):
    graders = Graders(course)
    first = graders.get(WEEK)
    assert graders.assignment(WEEK).due is None
    manifest = course.root / "solutions" / WEEK / "assignment.toml"
    before = manifest.read_text()
    manifest.write_text(f"due = 2026-01-01T12:00:00Z\n{before}")
    assert graders.get(WEEK) is not first and first.closed
    due = graders.assignment(WEEK).due
    assert due is not None
    manifest.write_text("due = ")
    assert graders.assignment(WEEK).due == due
    manifest.write_text(before)
    assert graders.assignment(WEEK).due is None


def test_after_the_end_nothing_starts(course):
    graders = Graders(course)
    first = graders.get(WEEK)
    graders.close()
    assert first.closed
    with pytest.raises(InfrastructureError):
        graders.get(WEEK)

"""What a student is told about the card."""

from __future__ import annotations

from types import SimpleNamespace

from autograder.gpu.notes import notes_on
from autograder.gpu.settings import CardJob
from autograder.records import CardRun

WEEK = SimpleNamespace(card=CardJob(question="q2", files=("a",)))


def told(run):
    (note,) = notes_on(WEEK, ("q1", "q2"), run)
    return note


def test_a_run_on_the_card_says_that_its_thresholds_are_not_calibrated():
    note = told(CardRun("done", device="cuda", seconds=61.2, peak_mb=812.0))
    assert note.kind == "gpu-run" and "61 s" in note.text and "812 MiB" in note.text
    assert "not calibrated yet: its accuracy can win points and cannot cost any" in note.text


def test_a_rehearsal_says_that_it_was_one():
    assert "processor stood in" in told(CardRun("done", device="cpu", seconds=3.0)).text


def test_other_questions_and_other_weeks_are_told_nothing():
    assert notes_on(WEEK, ("q1",), CardRun("done")) == ()
    assert notes_on(SimpleNamespace(card=None), ("q2",), None) == ()

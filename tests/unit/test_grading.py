"""What a result says as a whole."""

from __future__ import annotations

from autograder.grading import INFORMATION, verdict_of
from autograder.records import Note


def test_a_note_that_only_informs_is_no_verdict():
    for kind in INFORMATION:
        assert verdict_of((Note(kind, ""),), ()) == "graded"
        assert verdict_of((Note(kind, ""), Note("time-limit", "")), ()) == "time-limit"


def test_a_note_of_another_kind_is_one():
    assert verdict_of((Note("wrong-name", ""),), ()) == "wrong-name"

"""A run on a card on its way to the judge."""

from __future__ import annotations

from pathlib import Path

from autograder.judge.handover import handed_over, receive
from autograder.records import CardRun

RUN = CardRun("done", "", "gpu", "cuda", 3.5, 812.0, (("model.pt", b"\x00\xff"), ("history.json", b"[]")))


def test_it_arrives_as_it_was_and_nothing_stays():
    with handed_over(RUN) as folder:
        assert receive(Path(folder)) == RUN
        assert Path(folder).stat().st_mode & 0o077 == 0
    assert not Path(folder).exists()


def test_no_run_is_no_folder():
    with handed_over(None) as folder:
        assert folder == ""

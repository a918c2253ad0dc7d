"""Fast enough: within a floor, or within a multiple of the reference's own time."""

from __future__ import annotations

import time

from autograder.judge import timing
from autograder.judge.timing import fast_enough, seconds_of


def test_within_the_floor_the_reference_is_not_even_run():
    def never(*_args):
        raise AssertionError("timed for nothing")

    assert fast_enough(0.4, never, 1)


def test_beyond_the_floor_the_reference_decides(monkeypatch):
    monkeypatch.setattr(timing, "seconds_of", lambda function, *args: 0.1)
    assert fast_enough(1.9, len, "x")
    assert not fast_enough(2.1, len, "x")
    assert not fast_enough(0.4, len, "x", floor=0.3, factor=3)


def test_the_best_of_five_runs_counts_in_processor_time(monkeypatch):
    ticks = iter([0, 5, 5, 8, 8, 10, 10, 17, 17, 30])
    monkeypatch.setattr(time, "process_time", lambda: next(ticks))
    calls = []
    assert seconds_of(calls.append, "x") == 2
    assert calls == ["x"] * 5

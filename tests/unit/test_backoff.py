"""Pauses between tries: longer each time, bounded, and never the same for everybody."""

from __future__ import annotations

from autograder.backoff import Backoff


def test_a_pause_doubles_up_to_its_bound():
    backoff = Backoff(tries=9, first=0.5, longest=10.0)
    assert [backoff.pause(tries, chance=lambda: 1.0) for tries in range(1, 8)] == [0.5, 1, 2, 4, 8, 10, 10]


def test_half_of_a_pause_is_left_to_chance():
    backoff = Backoff(first=4.0)
    assert (backoff.pause(1, chance=lambda: 0.0), backoff.pause(1, chance=lambda: 0.5)) == (2.0, 3.0)
    assert len({backoff.pause(1) for _ in range(20)}) > 1

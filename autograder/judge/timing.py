"""Whether the student's code is fast enough, measured against the reference on the same input."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

FLOOR_SECONDS = 0.5
"""Below this nothing is too slow: the reference may be a matter of microseconds."""

FACTOR = 20.0
RUNS = 5


def fast_enough(
    seconds: float,
    function: Callable,
    *args: Any,
    floor: float = FLOOR_SECONDS,
    factor: float = FACTOR,
) -> bool:
    """Whether ``seconds`` are within the floor, or within ``factor`` times what ``function(*args)`` takes here.

    Parameters
    ----------
    seconds : float
        Processor time of the student's call, as ``student.cpu_seconds`` tells it.
    function : callable
        The reference's function. It is timed only for those who need more than the floor, on a slow machine
        for example.
    floor : float
        Seconds.
    factor : float
        A Python loop over samples should miss it by far at the size that the test chooses.
    """
    return seconds <= floor or seconds <= factor * seconds_of(function, *args)


def seconds_of(function: Callable, *args: Any) -> float:
    """Least processor time, in seconds, of five calls here, in the judge."""
    least = float("inf")
    for _ in range(RUNS):
        start = time.process_time()
        function(*args)
        least = min(least, time.process_time() - start)
    return least

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.scaling import HOUR, Night, needed, queue_length, simulate, waits


def test_each_waits_for_the_worker_that_is_free_first():
    arrivals, service = np.array([0.0, 0.0, 0.0, 1.0]), np.array([4.0, 2.0, 3.0, 1.0])
    assert waits(arrivals, service, 1).tolist() == [0, 4, 6, 8]
    assert waits(arrivals, service, 2).tolist() == [0, 0, 2, 3]
    assert waits(arrivals, service, 4).tolist() == [0, 0, 0, 0]


def test_one_worker_waits_as_the_formula_for_such_a_queue_says():
    rng = np.random.default_rng(1)
    arrivals, service = np.cumsum(rng.exponential(1.0, 300_000)), rng.exponential(0.5, 300_000)
    assert waits(arrivals, service, 1).mean() == pytest.approx(0.5, rel=0.05)  # rho / (mu - lambda) of M/M/1


def test_the_queue_holds_who_has_come_and_was_not_taken_yet():
    arrivals = np.array([0.0, 1.0, 2.0])
    waited = waits(arrivals, np.array([10.0, 10.0, 10.0]), 1)
    assert queue_length(arrivals, waited, np.array([-1.0, 0.5, 1.5, 5.0, 10.5, 25.0])).tolist() == [0, 0, 1, 2, 1, 0]


def test_a_night_has_the_shape_that_its_numbers_say():
    arrivals = Night().arrivals(20_000, np.random.default_rng(0))
    assert len(arrivals) == pytest.approx(40_000, rel=0.02)
    last_hour = arrivals[arrivals > -HOUR]
    assert len(last_hour) / len(arrivals) == pytest.approx(0.5, abs=0.01)
    assert np.mean(last_hour > -HOUR / 4) == pytest.approx(0.5, abs=0.01)
    assert np.mean(last_hour > -60) == pytest.approx(0.13, abs=0.01)
    assert arrivals.min() > -24 * HOUR and np.all(np.diff(arrivals) >= 0)


@pytest.mark.parametrize("students", [400, 900, 1300])
def test_the_number_of_workers_is_the_least_that_is_enough(students):
    measured, night = np.full(20, 6.0), Night()
    enough = needed(students, night, measured, 60.0, nights=1)
    assert enough.p95_result <= 60 < simulate(students, night, measured, enough.workers - 1, nights=1).p95_result


def test_submissions_that_take_too_long_by_themselves_are_said_to():
    with pytest.raises(SystemExit, match="no number of workers"):
        needed(10, Night(), np.full(5, 90.0), 60.0, nights=1)

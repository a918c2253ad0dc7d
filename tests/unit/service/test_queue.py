"""The queue of the service: who waits comes first, and nothing comes before its time."""

from __future__ import annotations

import threading

import pytest

from autograder.service.queue import Queue


class Clock:
    """Stands still until a test moves it."""

    def __init__(self):
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue(clock):
    return Queue(0, clock)


def taken(queue):
    """What the queue gives out now, in order; its jobs are their own names."""
    found = []
    while (job := queue.take()[0]) is not None:
        found.append(job)
    return found


def test_each_kind_keeps_its_order_and_a_batch_comes_last(queue):
    for job, batch in (("b1", True), ("s1", False), ("b2", True), ("s2", False)):
        queue.put(job, batch=batch)
    assert taken(queue) == ["s1", "s2", "b1", "b2"]


def test_who_arrives_while_a_batch_runs_is_next(queue):
    queue.put("b1", batch=True)
    queue.put("b2", batch=True)
    assert queue.take()[0] == "b1"
    queue.put("s1")
    assert taken(queue) == ["s1", "b2"]


def test_what_is_to_be_tried_again_later_waits_and_holds_nobody_up(queue, clock):
    queue.put("later", delay=5.0)
    queue.put("soon", delay=1.0)
    queue.put("now")
    assert taken(queue) == ["now"] and queue.take() == (None, 1.0)
    clock.now += 1.0
    assert taken(queue) == ["soon"] and queue.take() == (None, 4.0)
    clock.now += 4.0
    assert taken(queue) == ["later"] and queue.take() == (None, None)


def test_its_threads_run_what_comes_and_a_bug_ends_none_of_them():
    queue, done = Queue(1), threading.Semaphore(0)
    queue.put(lambda: 1 / 0)
    queue.put(done.release)
    queue.put(done.release, delay=0.01)
    assert done.acquire(timeout=20) and done.acquire(timeout=20)
    queue.close()


def test_a_closed_queue_runs_nothing_more(clock):
    queue, ran = Queue(1, clock), threading.Event()
    queue.put(ran.set, delay=1.0)
    queue.close()
    clock.now += 2.0
    assert queue.take() == (None, None) and not ran.is_set()

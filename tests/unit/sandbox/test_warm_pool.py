"""Warm workers: one is lent again and again, and replaced when its time has come."""

from __future__ import annotations

import contextlib

import pytest

from autograder.errors import SandboxDied
from autograder.sandbox import warm_pool
from autograder.sandbox.engine import Engine, WorkerSpec
from autograder.sandbox.warm_pool import WarmPool


class ToyWorker:
    """Runs nothing."""

    def __init__(self, engine: ToyEngine):
        self.usable = True
        self.memory_mb = lambda: engine.memory

    def close(self):
        self.usable = False


class ToyEngine(Engine):
    """``memory`` is what each of its workers is said to hold."""

    name = protects = "toy"

    def __init__(self):
        self.made: list[ToyWorker] = []
        self.memory: float | None = 50.0

    def start_worker(self, spec):
        self.made.append(ToyWorker(self))
        return self.made[-1]

    def image_digest(self):
        return "toy"


@pytest.fixture
def engine():
    return ToyEngine()


@pytest.fixture
def pool(engine):
    return WarmPool(engine, WorkerSpec())


def lend(pool):
    with pool.lend() as worker:
        return worker


def test_a_worker_is_lent_again(pool, engine):
    assert lend(pool) is lend(pool) and len(engine.made) == 1


def test_two_at_a_time_have_a_worker_each(pool):
    with pool.lend() as one, pool.lend() as other:
        assert one is not other
    assert set(pool.idle) == set(pool.open) == {one, other}


def test_a_worker_is_replaced_after_so_many_submissions(pool, engine, monkeypatch):
    monkeypatch.setattr(warm_pool, "SESSIONS_PER_WORKER", 3)
    pool = WarmPool(engine, WorkerSpec())
    first, *_ = lent = [lend(pool) for _ in range(4)]
    assert [worker is first for worker in lent] == [True, True, True, False] and not first.usable


def test_a_worker_whose_supervisor_has_grown_is_replaced(pool, engine):
    first = lend(pool)
    engine.memory += warm_pool.GROWTH_MB
    assert lend(pool) is first, "so much is allowed"
    engine.memory += 1
    assert lend(pool) is first and not first.usable and lend(pool) is not first


def test_a_worker_whose_memory_cannot_be_seen_is_not_replaced_for_it(pool, engine):
    engine.memory = None
    assert lend(pool) is lend(pool)


def test_a_submission_with_a_container_of_its_own_leaves_none_behind(engine):
    pool = WarmPool(engine, WorkerSpec(), "container")
    first, second = lend(pool), lend(pool)
    assert first is not second and not first.usable and not second.usable and not pool.open


def test_a_worker_that_met_an_error_or_was_closed_is_not_lent_again(pool):
    with contextlib.suppress(SandboxDied), pool.lend() as first:
        raise SandboxDied("silent")
    with pool.lend() as second:
        second.close()
    assert len({id(worker) for worker in (first, second, lend(pool))}) == 3 and len(pool.open) == 1


def test_a_closed_pool_ends_every_worker_and_starts_none(pool, engine):
    with pool.lend() as held:
        pool.close()
        assert not held.usable
    with pytest.raises(SandboxDied):
        lend(pool)
    assert not any(worker.usable for worker in engine.made) and not pool.open

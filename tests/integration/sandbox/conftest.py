"""One contract for every engine: each test of this folder that asks for an ``engine`` runs on all that work here.

Left out are only those for which ``NOT_HELD`` says by name that an engine does not hold that wall.
"""

from __future__ import annotations

import pytest

from autograder.sandbox import Worker
from tests.integration.sandbox.contract import ENGINES, NOT_HELD
from tests.integration.sandbox_engines import opened, start


def pytest_generate_tests(metafunc):
    if "engine" not in metafunc.fixturenames:
        return
    test = metafunc.function.__name__
    held = [
        pytest.param(engine, id=name, marks=[pytest.mark.docker] if name == "docker" else [])
        for name, engine in ENGINES.items()
        if test not in NOT_HELD.get(name, {})
    ]
    metafunc.parametrize("engine", held, scope="module")


@pytest.fixture(scope="module")
def worker_of():
    """A worker for each engine, shared by the tests that leave it as they found it."""
    workers: dict[str, Worker] = {}

    def worker(engine):
        held = workers.get(id(engine))
        if held is None or not held.usable:
            held = workers[id(engine)] = start(engine)
        return held

    yield worker
    for held in workers.values():
        held.close()


@pytest.fixture
def worker(engine, worker_of):
    return worker_of(engine)


@pytest.fixture
def session(worker):
    with opened(worker) as raw:
        yield raw

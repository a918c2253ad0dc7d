"""The pytest plugin: marks and fixtures of hidden suites.

In the judge's own process the bench is filled by :mod:`autograder.judge.server`. When an author
runs ``pytest tests/hidden/<week>``, it is filled here with the reference solution, which then runs
in a sandbox of the plain engine and is reached through the same wire: a suite that passes for its
author passes there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.judge.bench import Bench
from autograder.judge.draws import Draw
from autograder.records import CardRun

MARKS = {
    "weight(n)": "share of the question's points that this test is worth, default 1",
    "limit(seconds)": "wall time of one call from this test into the student's code",
    "callbacks(n)": "most callbacks into the test that one test may serve",
    "visibility(who)": 'who sees title and hint: "public" (default), "after_due" or "staff"',
    "hint(name)": "the hint of this test where an assertion names none",
    "success(name)": "the text of HINTS that a student reads when this test passes",
}
_BENCH = pytest.StashKey[Bench]()


def pytest_configure(config: pytest.Config) -> None:
    for mark, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{mark}: {meaning}")
    config.stash[_BENCH] = Bench()


def bench_of(config: pytest.Config) -> Bench:
    return config.stash[_BENCH]


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The student's notebook; see :class:`autograder.judge.student.Student`."""
    bench = _filled_bench(request)
    student = bench.student_for(request.node)
    yield student
    bench.release(student)


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> Draw:
    """Random inputs of this student and test; see :class:`autograder.judge.draws.Draw`."""
    return Draw(_filled_bench(request).seed_for(request.node))


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Any:
    """The instructor's own solution as a namespace; it runs here, never in the sandbox."""
    return _filled_bench(request).reference()


@pytest.fixture
def card_run(request: pytest.FixtureRequest) -> CardRun | None:
    """What became of the submission on a graphics card; None where there is none. docs/gpu.md."""
    return _filled_bench(request).card_run


@pytest.fixture
def measure(request: pytest.FixtureRequest) -> Callable[[str, float], None]:
    """Note a number that this test has taken, for staff and leaderboards: ``measure("accuracy", 0.9)``."""

    def note(name: str, value: float) -> None:
        request.node.user_properties.append((name, float(value)))

    return note


def _filled_bench(request: pytest.FixtureRequest) -> Bench:
    bench = bench_of(request.config)
    if bench.snapshot is None:
        from autograder.judge.author import fill_with_reference

        finish = fill_with_reference(bench, Path(request.node.path))
        request.config.add_cleanup(finish)
    return bench

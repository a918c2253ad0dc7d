"""Which tests share a fork of the finished notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.judge.bench import Bench
from autograder.judge.probes import probe
from autograder.rules import Rules

NOTEBOOK = """
import os
import fractions
import numpy as np
seen = []
def divide(): return float(np.ones(1)[0] / 0)
def process(): return os.getpid()
def remember(): seen.append(1)
"""
RULE = Rules(imports=("fractions",))


@probe
def look(notebook):
    return len(notebook.seen)


@probe
def bind(notebook):
    notebook.process.__globals__["seen"] = [1]


def test_of(question: str) -> SimpleNamespace:
    path = Path(f"test_{question}.py")
    return SimpleNamespace(path=path, nodeid=f"{path}::test", get_closest_marker=lambda name: None)


test_of.__test__ = False


@pytest.fixture
def make_bench(make_student):
    def make(rules: dict[str, Rules], notebook: str = NOTEBOOK) -> Bench:
        bench = Bench(snapshot=make_student(notebook)._snapshot, seed=lambda question, case: 1, rules=rules)
        bench.snapshot.retire()
        return bench

    return make


@pytest.fixture
def processes(make_bench):
    """``processes(rules, *tests)``: in which process each test ran; a test is its question, and what it does."""

    def run(rules: dict[str, Rules], *tests: tuple[str, str | Callable], notebook: str = NOTEBOOK) -> list[int]:
        bench, found = make_bench(rules, notebook), []
        for question, call in tests:
            student = bench.student_for(test_of(question))
            found.append(student.process())
            if callable(call):
                student.probe(call)
            elif call:
                getattr(student, call)()
            bench.release(student)
        return found

    return run


def test_questions_share_a_fork_while_nothing_changes(processes):
    assert len(set(processes({}, ("q1", ""), ("q1", ""), ("q2", "")))) == 1


def test_questions_have_forks_of_their_own_where_not_all_can_be_compared(processes):
    cached = NOTEBOOK + "import functools\n@functools.lru_cache\ndef f(x): return [x]\n"
    found = processes({}, ("q1", ""), ("q1", ""), ("q2", ""), notebook=cached)
    assert found[0] == found[1] != found[2]


def test_what_was_passed_to_a_question_cannot_be_called_in_the_next(make_bench):
    bench = make_bench({})
    first = bench.student_for(test_of("q1"))
    first.replace("divide", lambda: "the first question's")
    assert first.divide() == "the first question's" and first._peer._objects
    bench.release(first)
    assert not first._peer._objects and bench.student_for(test_of("q2")).divide() == float("inf")


def test_a_question_that_changed_something_leaves_the_next_a_fresh_fork(processes):
    first, second = processes({}, ("q1", "remember"), ("q2", ""))
    assert first != second


@pytest.mark.parametrize("rules", [{"q1": RULE}, {"q2": RULE}, {"q1": RULE, "q2": RULE}])
def test_rules_hold_for_their_question_alone(processes, rules):
    first, second = processes(rules, ("q1", ""), ("q2", ""))
    assert first != second


def test_tests_of_a_question_with_rules_share_a_fork(processes):
    assert len(set(processes({"q1": RULE}, ("q1", ""), ("q1", "")))) == 1


@pytest.mark.parametrize(("piece", "count"), [(look, 1), (bind, 2)])
def test_a_probe_costs_a_fork_only_where_it_changes_something(processes, piece, count):
    assert len(set(processes({}, ("q1", piece), ("q1", "")))) == count


@pytest.mark.parametrize("settings", [("errstate", {"divide": "raise"}), ("warnings_are_errors", {})])
def test_what_a_test_asked_for_and_failed_in_does_not_hold_for_the_next(make_bench, settings):
    bench, (name, values) = make_bench({}), settings
    first = bench.student_for(test_of("q1"))
    with pytest.raises(AssertionError), getattr(first, name)(**values):
        raise AssertionError
    bench.release(first)
    assert bench.student_for(test_of("q2")).divide() == float("inf")

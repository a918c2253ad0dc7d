from __future__ import annotations

import pytest

from autograder.course import load_course
from tests.bench.bench import compare
from tests.bench.courses import REPOSITORY, wrong_answers
from tests.bench.floor import run_cell
from tests.bench.meter import Measured
from tests.bench.sides import Run, differences, percentile


def run(**scores: float) -> Run:
    return Run(Measured(1.0, 1.0, None, None, "", 0, ""), len(scores), {(who, "q1"): s for who, s in scores.items()})


def test_scores_differ_where_rounding_does_not_explain_it():
    one = {("ann", "q1"): 1.0, ("bob", "q1"): 2.0, ("eve", "q1"): 3.0}
    assert differences(one, {("ann", "q1"): 1.004, ("bob", "q1"): 2.1}) == ["bob, q1: 2 and 2.1"]
    assert differences(one, {("bob", "q1"): float("nan")}), "what is no number is no score"


def test_a_benchmark_whose_sides_do_different_work_ends():
    compare({"grade": run(ann=1, bob=2), "otter": run(ann=1)})
    with pytest.raises(SystemExit, match="grade and otter: bob, q1: 2 and 0"):
        compare({"grade": run(ann=1, bob=2), "otter": run(ann=1, bob=0)})
    with pytest.raises(SystemExit, match="otter: no score"):
        compare({"grade": run(ann=1), "otter": run()})


def test_the_95th_percentile_is_a_measured_value():
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([3.0], 0.95) == 3.0


def test_the_floor_runs_a_cell_without_its_magics():
    scope: dict = {}
    run_cell("%matplotlib inline\nx = 2\nif x:\n    y = x + 1\ny", scope)
    assert scope["y"] == 3


def test_answers_that_break_a_rule_are_for_no_grader_that_knows_none():
    week = load_course(REPOSITORY).assignment("week6_cnn")
    left = wrong_answers(week, "q6_2")
    assert left and not any("import torch" in source or "scipy.signal" in source for source in left)
    assert len(left) < len(week.mutants("q6_2"))

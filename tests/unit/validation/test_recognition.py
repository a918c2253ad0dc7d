from __future__ import annotations

import math

from autograder.report.misconceptions import Known
from autograder.validation.recognition import evaluate, score, to_markdown, try_all


def known(name, **pattern):
    return Known("q1", name, f"does {name}.", "why.", "h", pattern)


ONE, TWO, TWIN = known("one", a="x", b="x"), known("two", c="x"), known("twin", c="x")


def test_a_mutant_alone_in_its_pattern_is_recognised_and_unknown_when_held_out():
    (trial, *_) = try_all([ONE], [ONE, TWO])
    assert (trial.known, trial.held_out) == (("one",), ())


def test_twins_are_named_together_and_stand_in_for_each_other_when_held_out():
    trials = try_all([TWO, TWIN], [ONE, TWO, TWIN])
    assert [t.known for t in trials] == [("two", "twin")] * 2
    assert [t.held_out for t in trials] == [("twin",), ("two",)]
    found = score(trials, 0.9)
    assert (found.recall, found.precision, found.unknown_kept, found.alone) == (1.0, 0.5, 0.0, 0)


def test_a_wrong_name_lowers_precision_and_recall():
    (trial,) = try_all([known("other", c="x")], [ONE, TWO])
    found = score([trial], 0.9)
    assert (found.right, found.wrong, found.false) == (0, 1, 1) and found.precision == 0.0


def test_no_mutants_give_no_numbers_and_still_a_page():
    found = evaluate([], [])
    assert all(math.isnan(s.recall) and math.isnan(s.precision) for s in found)
    assert "## w" in to_markdown({"w": found}, {"w": []}, "2026-01-01", "here.")


def test_the_page_names_what_was_taken_for_another():
    trials = try_all([TWO], [ONE, TWO, TWIN])
    page = to_markdown({"w": [score(trials, 0.9)]}, {"w": trials}, "2026-01-01", "here.")
    assert "`two` for `twin`" in page and "| 0.9 (used) | 1 | 100.0% | 0.0% | 50.0% | 0.0% |" in page

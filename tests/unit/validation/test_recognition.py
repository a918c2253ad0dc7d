from __future__ import annotations

import json
import math
import re
from pathlib import Path

from autograder.records import CodeCell, Digests, Result, Submission
from autograder.report.misconceptions import Known
from autograder.validation.gates import Week
from autograder.validation.mutants import Mutant
from autograder.validation.recognition import answers_of_another, evaluate, merge, score, section, try_all

DOCS = Path(__file__).parents[3] / "docs"
CATALOGUES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))["misconceptions"]
    for path in sorted((DOCS / "suites").glob("week*.json"))
}


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
    assert "## w" in section("w", found, [], "2026-01-01", "here.")


def test_the_page_names_what_was_taken_for_another():
    trials = try_all([TWO], [ONE, TWO, TWIN])
    page = section("w", [score(trials, 0.9)], trials, "2026-01-01", "here.")
    assert "`two` for `twin`" in page and "| 0.9 (used) | 1 | 100.0% | 0.0% | 50.0% | 0.0% |" in page


def test_a_week_that_is_measured_again_replaces_its_partand_leaves_the_others():
    one, two = (section(week, [], [], "2026-01-01", "here.") for week in ("w1", "w2"))
    page = merge("", {"w2": two, "w1": one})
    assert page.index("## w1") < page.index("## w2")
    again = merge(page, {"w1": section("w1", [], [], "2026-02-02", "there.")})
    assert again == page.replace("2026-01-01, here.", "2026-02-02, there.", 1)


def test_a_mutant_is_asked_its_own_question_alone_in_the_cells_where_that_is_answered(tmp_path):
    asked = []

    class Listener:
        def grade(self, submission, questions=None):
            asked.append((submission.student, questions, [c.source for c in submission.cells]))
            return Result("w", submission.student, "n", "graded", (), (), Digests("a", "b", "c", "d"))

    reference = Submission("w", "specimen", "n", (CodeCell("q1_solution", "right"),))
    mutant = Mutant("q2", "slip", tmp_path / "slip.py", "s", "m", ("test_a",), "h", "wrong")
    week = Week("w", reference, reference, ("q1", "q2"), {"q2": (mutant,)}, answered_in={"q2": "q1"})
    assert answers_of_another(week, Listener(), workers=1) == []
    assert asked == [("another", ("q2",), ["wrong"])]


def test_every_weeks_catalogue_holds_values():
    assert len(CATALOGUES) == 6
    assert [week for week, entries in CATALOGUES.items() if not any(entry["values"] for entry in entries)] == []


def test_the_page_has_measured_every_mutant_of_every_week():
    page = (DOCS / "misconceptions.md").read_text(encoding="utf-8")
    measured = {}
    for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        counts = {int(n) for n in re.findall(r"^\| [\d.]+(?: \(used\))? \| (\d+) \|", part, re.MULTILINE)}
        measured[part.split()[0]] = counts
    stale = {week for week, entries in CATALOGUES.items() if measured.get(week) != {len(entries)}}
    assert not stale, "measure them: autograder misconceptions <week> --write"
    assert set(measured) == set(CATALOGUES)

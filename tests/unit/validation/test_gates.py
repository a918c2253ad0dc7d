"""The gates, on a toy week whose 'grader' reads the score off the submission's own cells."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from autograder.records import CodeCell, Digests, QuestionResult, Result, Submission, TestResult
from autograder.validation.gates import Week, validate
from autograder.validation.leaks import Leak, Secrets
from autograder.validation.mutants import Mutant, Wheat

TESTS = ("test_value", "test_shape")


class ToyGrader:
    """Fails the tests that the solution cell names after ``fails``; the hint follows after a colon."""

    def __init__(self, spoiled_for: str = ""):
        self.spoiled_for = spoiled_for

    def grade(self, submission: Submission, asked=None) -> Result:
        questions = []
        for cell in submission.cells:
            if not cell.key.endswith("_solution"):
                continue
            name = cell.key.removesuffix("_solution")
            if asked is not None and name not in asked:
                continue
            failing = dict(pair.split(":") for pair in cell.source.split("fails ")[1:])
            if self.spoiled_for and submission.student == self.spoiled_for:
                failing = {"test_value": "unlucky"}
            tests = tuple(
                TestResult(
                    test=f"test_{name}.py::{test}[0]",
                    title=f"title of {test}",
                    outcome="failed" if test in failing else "passed",
                    cause="assertion" if test in failing else "",
                    hint=failing.get(test, "").strip(),
                    message="look at the shape" if test in failing else "",
                    detail="assert secret(3) == 12345.678" if test in failing else "",
                )
                for test in TESTS
            )
            score = 10.0 * sum(t.passed for t in tests) / len(tests)
            questions.append(QuestionResult(name, score, 10.0, tests))
        return Result(
            assignment=submission.assignment,
            student=submission.student,
            notebook=submission.notebook,
            verdict="graded",
            questions=tuple(questions),
            cells=(),
            digests=Digests("", "", "", ""),
            engine="toy",
        )


def submission(source: str) -> Submission:
    return Submission("week1", "specimen", "week1", (CodeCell("q1_solution", source), CodeCell("q1", "assert 1")))


def mutant(name="wrong", source="fails test_value:units", killed_by=("test_value",), hint="units") -> Mutant:
    return Mutant("q1", name, Path(f"mutants/q1/{name}.py"), "s", "m", killed_by, hint, source)


GOOD = Week(
    assignment="week1",
    reference=submission("right"),
    release=submission("fails test_value:none fails test_shape:none"),
    questions=("q1",),
    mutants={"q1": (mutant(), mutant("flat", "fails test_shape:shape", ("test_shape",), "shape"))},
    wheats={"q1": (Wheat("q1", "other", Path("wheats/q1/other.py"), "s", "right too"),)},
)


def broken(week: Week, grader=None, feedback=None) -> dict[str, list[str]]:
    report = validate(week, grader or ToyGrader(), feedback)
    return {gate.name: [str(p) for p in gate.problems] for gate in report.gates if not gate.passed}


def change(**changes) -> Week:
    return dataclasses.replace(GOOD, **changes)


def test_a_good_week_passes_every_gate():
    assert broken(GOOD) == {}


def test_everything_is_graded_once():
    report = validate(GOOD, ToyGrader())
    assert report.submissions == 1 + 1 + 5 + 2 + 1
    assert report.engine == "toy"


def test_a_reference_that_loses_points_is_told_with_the_staffs_detail():
    problems = broken(change(reference=submission("fails test_value:units")))
    (text,) = problems["the reference earns all points"]
    assert "q1 earns 5 of 10" in text
    assert "12345.678" in text


def test_a_reference_that_fails_for_one_seed_alone_is_told():
    problems = broken(GOOD, ToyGrader(spoiled_for="seed-3"))
    assert list(problems) == ["so it does with 5 other seeds"]
    assert "seed-3" in problems["so it does with 5 other seeds"][0]


def test_a_right_answer_that_loses_points_is_told():
    wheat = Wheat("q1", "other", Path("wheats/q1/other.py"), "s", "fails test_shape:shape")
    assert list(broken(change(wheats={"q1": (wheat,)}))) == ["right answers in other styles earn all points"]


def test_a_release_that_earns_points_is_told_with_the_tests_that_pass():
    problems = broken(change(release=submission("fails test_value:x")))
    assert problems["the untouched release earns nothing"] == ["release: q1 earns 5 untouched: test_shape pass"]


def test_a_mutant_that_survives_is_told():
    problems = broken(change(mutants={"q1": (*GOOD.mutants["q1"], mutant("equal", "right"))}))
    assert problems["each mutant fails the tests that its header names"] == ["mutant q1/equal: loses no points"]


@pytest.mark.parametrize(
    ("killer", "said"), [("test_shape", "passes test_shape; it fails test_value"), ("test_gone", "no such test")]
)
def test_a_mutant_that_its_killer_misses_is_told(killer, said):
    extra = mutant("odd", killed_by=("test_value", killer))
    (text,) = broken(change(mutants={"q1": (*GOOD.mutants["q1"], extra)})).popitem()[1]
    assert said in text


def test_a_mutant_with_another_hint_is_told():
    extra = mutant("odd", hint="axis")
    problems = broken(change(mutants={"q1": (*GOOD.mutants["q1"], extra)}))
    assert problems == {
        "each mutant gets the hint that its header names": ["mutant q1/odd: gets the hint units, not axis"]
    }


def test_a_test_that_notices_no_mutant_is_told():
    problems = broken(change(mutants={"q1": (mutant(),)}))
    assert list(problems) == ["each hidden test notices a mutant"]
    assert "test_shape" in problems["each hidden test notices a mutant"][0]


def test_leaks_of_the_release_are_told():
    problems = broken(change(release_leaks=(Leak("week1/a.ipynb", "a region marker", "### BEGIN SOLUTION"),)))
    assert list(problems) == ["the release holds no solution and no hidden test"]


def test_feedback_that_shows_what_is_for_staff_is_told():
    secrets = Secrets(frozenset(), frozenset(), frozenset({"12345.678"}))
    week = change(secrets=secrets)
    assert broken(week, feedback=lambda question: "".join(t.message for t in question.tests)) == {}
    assert list(broken(week, feedback=lambda question: "".join(t.detail for t in question.tests))) == [
        "feedback quotes no hidden test"
    ]


def test_progress_reaches_its_total():
    seen = []
    validate(GOOD, ToyGrader(), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (10, 10)
    assert [done for done, _ in seen] == list(range(1, 11))


def test_of_a_proven_week_only_the_reference_and_the_release_are_graded():
    seen = []
    week = change(proven="unchanged since 2026-01-01", mutants={"q1": (mutant(source="right"),)})
    report = validate(week, ToyGrader(), progress=lambda done, total: seen.append(total))
    assert report.passed and "unchanged since 2026-01-01" in report.to_text()
    assert set(seen) == {7}  # the reference, five seeds, the release
    assert not validate(change(proven="then", reference=submission("fails test_value:x")), ToyGrader()).passed


def test_an_error_of_the_grader_is_raised_not_counted():
    class Dead:
        def grade(self, submission, questions=None):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        validate(GOOD, Dead())


def test_the_report_reads_as_text_and_as_json():
    report = validate(change(mutants={"q1": (mutant(),)}), ToyGrader())
    assert "BROKEN  each hidden test notices a mutant" in report.to_text()
    parsed = json.loads(json.dumps(report.to_dict()))
    assert parsed["passed"] is False
    assert parsed["matrices"][0]["killed"] == [["test_value", "wrong"]]

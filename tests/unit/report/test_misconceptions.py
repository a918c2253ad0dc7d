from __future__ import annotations

import pytest

from autograder.records import TestResult
from autograder.report.misconceptions import (
    Known,
    catalogue_from_dict,
    catalogue_to_dict,
    diagnose,
    match,
    not_attempted,
    pattern_of,
    relation,
    similarity,
    values_of,
)


def failed(name, cause="assertion", hint="h", message="Wrong.", detail=""):
    return TestResult(name, name, "failed", cause=cause, hint=hint, message=message, detail=detail)


def got(value, expected="np.float64(2.5)"):
    return f"Difference: the result: some values differ (1 of 3; first at (0,): got {value}, expected {expected})\n"


def passed(name):
    return TestResult(name, name, "passed")


def known(name, *tests, question="q1"):
    return Known(question, name, f"does {name}.", "why.", "h", pattern_of(tests), values_of(tests))


DDOF = known("ddof", failed("a"), failed("b"))
AXIS = known("axis", failed("a"), failed("b"), failed("c"), failed("d"))
TWIN = known("twin", failed("a"), failed("b"))


def test_an_answer_that_fails_as_a_mutant_does_shows_its_misconception():
    found = match(pattern_of([failed("a"), failed("b"), passed("c")]), [DDOF, AXIS])
    assert [k.name for k in found.known] == ["ddof"] and found.confidence == 1.0


def test_mutants_that_the_tests_cannot_tell_apart_share_the_confidence():
    found = match(pattern_of([failed("a"), failed("b")]), [DDOF, TWIN, AXIS])
    assert [k.name for k in found.known] == ["ddof", "twin"] and found.confidence == 0.5


def test_of_mutants_that_fail_alike_the_recorded_values_decide():
    larger, smaller = (known(n, failed("a", detail=got(x)), failed("b")) for n, x in (("larger", 3), ("smaller", 1)))
    answer = [failed("a", detail=got("np.float64(7.25)")), failed("b")]
    found = diagnose({"ann": {"q1": answer}}, [larger, smaller, TWIN])
    (finding,) = found.findings
    assert [k.name for k in finding.known] == ["larger", "twin"], "what recorded no values is not ruled out by them"


def test_values_alone_make_no_match():
    assert match(pattern_of([failed("c")]), [known("x", failed("a"))], values={"a": "larger"}) is None


@pytest.mark.parametrize(
    ("value", "expected", "says"),
    [
        ("np.float64(nan)", "np.float64(2.5)", "nan"), ("inf", "1.0", "inf"), ("-inf", "1.0", "inf"),
        ("0", "np.int64(3)", "0.0"), ("np.float64(-2.5)", "np.float64(2.5)", "negative"), ("1e-05", "3", "smaller"),
        ("np.float32(9.5)", "3", "larger"), ("array of text", "3", ""),
    ],
)  # fmt: skip
def test_a_value_is_known_by_how_it_relates_to_the_expected_one(value, expected, says):
    assert relation(got(value, expected)) == says


def test_a_failure_that_recorded_no_value_has_no_relation():
    assert relation("AssertionError: assert 1 == 2") == ""
    assert values_of([failed("a"), passed("b"), failed("c", detail=got(1))]) == {"c": "smaller"}


def test_another_set_of_failures_is_unknown():
    assert match(pattern_of([failed("c")]), [DDOF, AXIS]) is None
    assert match(pattern_of([failed("a")]), [DDOF, AXIS]) is None


def test_the_same_tests_failing_for_another_reason_are_alike_by_half():
    other = pattern_of([failed("a", hint="x"), failed("b", cause="exception")])
    assert similarity(other, DDOF.pattern) == 0.5
    assert match(other, [DDOF]) is None


def test_numbers_in_a_message_do_not_count_for_they_are_the_students_own():
    one, other = (pattern_of([failed("a", message=f"expected shape ({n}, 2)")]) for n in (5, 12))
    assert one == other


def test_no_failure_shows_nothing():
    assert match(pattern_of([passed("a")]), [DDOF]) is None
    assert similarity({}, {}) == 0.0


def test_what_was_not_reached_is_no_symptom():
    late = TestResult("b", "b", "not-reached", cause="not-reached")
    assert pattern_of([failed("a"), late]) == {"a": pattern_of([failed("a")])["a"]}


@pytest.mark.parametrize(("cause", "hint"), [("exception", "not-implemented"), ("missing-name", "missing-name")])
def test_an_untouched_stub_is_not_attempted_and_matched_with_nothing(cause, hint):
    tests = [failed("a", cause=cause, hint=hint), failed("b", cause=cause, hint=hint)]
    assert not_attempted(tests)
    assert not_attempted([TestResult("rule", "Keeps to the rules", "not-reached", cause="not-reached"), *tests])
    assert not not_attempted([*tests, failed("c")])
    stub = known("stub", *tests)
    found = diagnose({"ann": {"q1": tests}}, [stub])
    assert found.findings == () and found.not_attempted == {"q1": ("ann",)}


def test_a_class_is_summed_up_and_what_is_not_explained_is_grouped():
    answers = {
        "ann": {"q1": [failed("a"), failed("b")]},
        "ben": {"q1": [failed("a"), failed("b")]},
        "cem": {"q1": [failed("d", hint="x")]},
        "dee": {"q1": [failed("d", hint="x")]},
        "eva": {"q1": [failed("c")]},
        "fay": {"q1": [passed("a")]},
    }
    found = diagnose(answers, [DDOF, AXIS])
    assert [(f.known[0].name, [s for s, _ in f.students]) for f in found.findings] == [("ddof", ["ann", "ben"])]
    assert [c.students for c in found.clusters] == [("cem", "dee"), ("eva",)]
    assert found.failed == {"q1": 5}


def test_a_misconception_of_another_question_is_none_here():
    other = Known("q2", "ddof", "s", "m", "h", DDOF.pattern)
    assert diagnose({"ann": {"q1": [failed("a"), failed("b")]}}, [other]).findings == ()


def test_the_catalogue_survives_json():
    suites, entries = catalogue_from_dict(catalogue_to_dict("w", {"q1": "abc"}, [DDOF, AXIS]))
    assert (suites, entries) == ({"q1": "abc"}, [DDOF, AXIS])


@pytest.mark.parametrize(
    "data",
    [{}, [], {"form": 9, "suites": {}, "misconceptions": []}, {"form": 1, "suites": {}, "misconceptions": [{"x": 1}]}],
)
def test_what_is_no_catalogue_is_refused(data):
    with pytest.raises(ValueError):
        catalogue_from_dict(data)

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder import cli, errors

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if re.match(r"\| `\w+` \|", line)
]
DOCUMENTED = {name.strip("`"): (verdict.strip("`"), again, int(code)) for name, verdict, again, code, *_ in ROWS}
CLASSES = {name: getattr(errors, name) for name in errors.__all__}
FAMILIES = (errors.SubmissionError, errors.CourseError, errors.InfrastructureError)


def test_the_page_lists_exactly_the_errors_that_exist():
    assert set(DOCUMENTED) == set(CLASSES)
    assert len(ROWS) == len(CLASSES)


@pytest.mark.parametrize("name", errors.__all__)
def test_an_error_has_the_verdict_the_retry_rule_and_the_exit_code_that_the_page_says(name):
    error = CLASSES[name]
    assert DOCUMENTED[name] == (error.verdict, "yes" if error.retry else "no", error.exit_code)


@pytest.mark.parametrize("name", errors.__all__)
def test_the_tree_in_the_docstring_names_every_error_under_its_family(name):
    tree = errors.__doc__
    position = tree.index(name)
    error = CLASSES[name]
    if error is errors.GraderError:
        return
    family = next(f for f in FAMILIES if issubclass(error, f))
    before = [f for f in FAMILIES if tree.index(f.__name__) <= position]
    assert before[-1] is family


def test_verdicts_are_told_apart():
    verdicts = [error.verdict for error in CLASSES.values()]
    assert len(set(verdicts)) == len(verdicts)


def test_only_the_machines_faults_are_tried_again():
    assert all(issubclass(error, errors.InfrastructureError) for error in CLASSES.values() if error.retry)


def test_a_family_has_one_exit_code():
    for family, code in zip(FAMILIES, (3, 4, 5), strict=True):
        assert {error.exit_code for error in CLASSES.values() if issubclass(error, family)} == {code}


def test_the_page_and_the_help_list_the_same_exit_codes():
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
    assert listed == [int(code) for code in re.findall(r"^    (\d+) ", cli.__doc__, re.MULTILINE)]


def test_a_course_error_keeps_every_problem():
    error = errors.BadManifest(["a", "b"])
    assert error.problems == ("a", "b")
    assert str(error) == "a\nb"
    assert errors.BadManifest("a").problems == ("a",)

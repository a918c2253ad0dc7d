"""Otter's test files are read as text: points, visibility, messages; what cannot be read has a name and a line."""

from __future__ import annotations

import pytest

from autograder.interop.otter_format import read_metadata_test, read_test


def ok(cases, **more):
    spec = {"name": "q1", "suites": [{"type": "doctest", "scored": True, "cases": cases}], **more}
    return f"OK_FORMAT = True\ntest = {spec!r}\n"


def case(code=">>> 1\n1", **more):
    return {"code": code, **more}


def good(text):
    test, problems = read_test(text, "q1", "q1.py")
    assert problems == []
    return test


def problem(text):
    test, problems = read_test(text, "q1", "q1.py")
    assert test is None and len(problems) == 1, problems
    return problems[0]


def points(text):
    return [c.points for c in good(text).cases]


def test_points_are_shared_as_otter_shares_them():
    """The oracle is otter's own function, on the same cases."""
    from otter.test_files.abstract_test import TestCase, TestFile

    for total in (None, 3, 2.5, [1, 0, 2], 0.5):
        for given in ([None, None, None], [1, None, None], [0, None, 0.5], [0.25, None, 0.25], [1, 1, 0.5]):
            theirs = [TestCase("n", "", True, p, None, None) for p in given]
            try:
                expected = [c.points for c in TestFile.resolve_test_file_points(total, theirs)]
            except ValueError:
                expected = None
            test, problems = read_test(ok([case(points=p) for p in given], points=total), "q1", "q1.py")
            if expected is None or (
                total is not None and not isinstance(total, list) and sum(expected) != pytest.approx(total)
            ):
                assert test is None and "points do not add up" in problems[0]
            else:
                assert [c.points for c in test.cases] == pytest.approx(expected)


def test_a_missing_hidden_is_true_in_the_ok_format_and_false_in_the_other():
    assert [c.hidden for c in good(ok([case(), case(hidden=False)])).cases] == [True, False]
    source = "OK_FORMAT = False\nname = 'q1'\n@test_case()\ndef a(f): pass\n@test_case(hidden=True)\ndef b(env): pass\n"
    found = good(source)
    assert [c.hidden for c in found.cases] == [False, True]
    assert [c.name for c in found.cases] == ["q1 - 1", "q1 - 2"]
    assert [c.arguments for c in found.cases] == [("f",), ("env",)]


def test_messages_names_and_all_or_nothing_are_read():
    test = good(ok([case(success_message="yes", failure_message="no", name="first")], all_or_nothing=True))
    assert (test.cases[0].success, test.cases[0].failure, test.cases[0].name, test.all_or_nothing) == (
        "yes", "no", "first", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("OK_FORMAT = True\nimport os\ntest = {}", "q1.py:2: code outside the literals"),
        ("OK_FORMAT = True\ntest = {'name':\n  open('x')}", "q1.py:3: the test holds code outside literals"),
        ("OK_FORMAT = True\nprint('x')\n", "q1.py:2: code outside the literals"),
        ("test = {}", "OK_FORMAT is not set"),
        ("OK_FORMAT = compute()\n", "OK_FORMAT is not set"),
        ("OK_FORMAT = True\n", "assigns no 'test'"),
        ("OK_FORMAT = True\ntest = {'suites': []}", "no 'name'"),
        ("x = (", "q1.py:1: is no Python"),
        (ok([case()]).replace("'suites': [", "'suites': [{'cases': []}, "), "several suites"),
        (ok([]), "the test has no case"),
        (ok([case(locked=True)]), "case 1 is locked"),
        (ok([case(points=-1)]), "points -1 are no number"),
        (ok([case(points=0)]), "has no points"),
        (ok([case(points=2)], points=1), "points do not add up"),
        (ok([case(points=1)], points=2), "points do not add up"),
        (ok([case()], points=[1, 2]), "points do not add up: 2 numbers for 1 cases"),
        (ok([{"code": 3}, case()]), "case 1 has no code"),
        ("OK_FORMAT = False\n@test_case()\ndef a(): pass", "no 'name'"),
        ("OK_FORMAT = False\nname = 'q'\n@test_case(points=f())\ndef a(): pass", "q1.py:4: a: 'points' of test_case"),
        ("OK_FORMAT = False\nname = 'q'\n@other\n@test_case()\ndef a(): pass", "q1.py:5: a: a test case with other"),
        ("OK_FORMAT = False\nname = 'q'\nx = test_case()(f)", "q1.py:3: test_case is used otherwise"),
        ("OK_FORMAT = False\nname = make()\n@test_case()\ndef a(): pass", "q1.py:2: 'name' is computed"),
    ],
)
def test_what_is_not_supported_is_named_with_its_line(text, says):
    test, problems = read_test(text, "q1", "q1.py")
    assert test is None
    assert any(says in p for p in problems), problems


@pytest.mark.parametrize("key", ["setup", "teardown"])
def test_setup_and_teardown_are_refused_by_name(key):
    text = ok([case()]).replace("'scored': True", f"'scored': True, '{key}': 'x = 1'")
    assert key in problem(text)


def test_metadata_holds_dictionaries_or_sources():
    spec = {"name": "q1", "suites": [{"cases": [case(hidden=False)]}], "points": 2}
    assert read_metadata_test(spec, "q1", "nb")[0].points == 2
    source = "name = 'q1'\npoints = 3\n@test_case()\ndef a(f): pass\n"
    assert read_metadata_test(source, "q1", "nb")[0].points == 3
    assert "neither a dictionary nor source" in read_metadata_test(7, "q1", "nb")[1][0]


@pytest.mark.parametrize("cases", [5, "code", {"code": 1}])
def test_cases_that_are_no_list_are_refused(cases):
    assert "and no list" in problem(ok(cases))


@pytest.mark.parametrize("points", ["9" * 400, "0x" + "f" * 5000, "1e999", "-1", "True", "'2'", "[1]"])
def test_points_that_no_number_can_hold_are_refused(points):
    text = ok([case(points="HERE")]).replace("'HERE'", points)
    assert "are no number of 0 or more" in problem(text)
    text = ok([case()], points="HERE").replace("'HERE'", points)
    assert points == "[1]" or "are no number of 0 or more" in problem(text)


def test_a_name_is_one_line_whatever_it_was():
    """It stands in a comment of the hidden suite, where a second line would be code that runs outside the sandbox."""
    assert good(ok([case(name="a\nimport os\x0c\u2028b")])).cases[0].name == "a import os b"
    assert good(ok([case()], name="a\nb")).cases[0].name == "a b - 1"
    source = 'OK_FORMAT = False\nname = "q\\n1"\n@test_case(name="a\\rb")\ndef a(): pass\n@test_case()\ndef b(): pass\n'
    assert [c.name for c in good(source).cases] == ["a b", "q 1 - 2"]


def test_a_case_is_the_lines_of_its_own_function_whatever_characters_stand_before():
    source = (
        "OK_FORMAT = False\r\nname = 'q1'\r\nx = '\u2028'\n\x0c\n"
        "@test_case(hidden=True)\ndef a(f):\n    assert f(1) == 'secret'\n@test_case()\ndef b(f):\n    assert f(2)\n"
    )
    assert [c.code for c in good(source).cases] == ["assert f(1) == 'secret'", "assert f(2)"]


def test_arguments_that_cannot_be_read_are_named():
    deep = "[" * 300 + "]" * 300
    source = f"OK_FORMAT = False\nname = 'q'\n@test_case(points={deep})\ndef a(): pass\n"
    test, problems = read_test(source, "q1", "q1.py")
    assert test is None and problems

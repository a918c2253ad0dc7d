"""The visible assertions of a grade cell as cases of an otter test."""

from __future__ import annotations

import types

import pytest

from autograder.errors import BadManifest
from autograder.guest.otter_stub import test_case as Case
from autograder.notebook_source import SourceCell
from autograder.public_checks import otter_metadata, public_test


def grade_cell(source, points=3.0):
    return SourceCell("code", source, 1, grade_id="q1", grade=True, locked=True, points=points)


def cases(source, points=3.0):
    """Cases of the emitted test; otter itself is asked in tests/integration/test_public_checks.py."""
    text = public_test(grade_cell(source, points), "week.py")
    scope = {}
    files = types.ModuleType("otter.test_files")
    files.test_case = Case
    import sys

    kept = {name: sys.modules.get(name) for name in ("otter", "otter.test_files")}
    sys.modules.update({"otter": types.ModuleType("otter"), "otter.test_files": files})
    try:
        exec(text, scope)
    finally:
        for name, module in kept.items():
            sys.modules.pop(name) if module is None else sys.modules.__setitem__(name, module)
    return [value for value in scope.values() if isinstance(value, Case)]


def outcomes(source, **names):
    def outcome(case):
        try:
            case.test_func(names)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
            return f"{type(error).__name__}: {error}"
        return "passed"

    return [outcome(case) for case in cases(source)]


def test_each_assertion_is_a_case_with_points_that_add_up():
    found = cases("assert f(1) == 1\nassert f(2) == 2\nassert f(3) == 3", points=4)
    assert [case.name for case in found] == ["q1 check 1", "q1 check 2", "q1 check 3"]
    assert sum(case.points for case in found) == pytest.approx(4, abs=1e-12)
    assert all(case.hidden is False for case in found)


def test_one_wrong_value_fails_its_own_check_alone():
    source = "x = [1, 2]\ny = f(x)\nassert len(y) == 2\nassert y[0] == 7, 'look at the first'\nassert y[1] == 2"
    assert outcomes(source, f=list) == ["passed", "AssertionError: look at the first", "passed"]


def test_what_an_earlier_check_could_not_make_is_said_by_name():
    def broken(_x):
        raise NotImplementedError

    first, second = outcomes("y = f(1)\nassert y == 1\nassert y + 1 == 2", f=broken)
    assert first.startswith("NotImplementedError")
    assert second == "RuntimeError: not reached: an earlier check stopped before it made y"


def test_a_name_that_the_students_cell_left_behind_does_not_stand_in_for_the_checks_own():
    def broken(_x):
        raise NotImplementedError

    _, second = outcomes("y = f(1)\nassert y == 1\nassert y + 1 == 2", f=broken, y=1)
    assert "not reached" in second


def test_the_students_names_are_not_written_to():
    names = {"f": lambda x: x, "y": "mine"}
    for case in cases("y = f(1)\nassert y == 1"):
        case.test_func(names)
    assert names["y"] == "mine"


def test_a_name_that_is_used_before_it_is_changed_comes_from_the_notebook():
    assert outcomes("x = x + 1\nassert x == 3\nx += 1\nassert x == 4", x=2) == ["passed", "passed"]


def test_loops_helpers_and_texts_of_several_lines_keep_their_meaning():
    source = '''import math
def same(a, b):
    return a == b
text = """one
  two"""
for k in (1, 2):
    try:
        f(-k)
    except ValueError:
        continue
    raise AssertionError(f"f({-k}) should raise ValueError")
assert same(text, "one\\n  two"); assert [k for k in range(2)] == [0, 1]
assert same(math.floor(2.5), 2)
np.testing.assert_equal(1, 1)
'''

    def f(x):
        raise ValueError

    np = types.SimpleNamespace(testing=types.SimpleNamespace(assert_equal=lambda a, b: None))
    assert outcomes(source, f=f, np=np) == ["passed"] * 5
    assert outcomes(source, f=abs, np=np)[0] == "AssertionError: f(-1) should raise ValueError"


def test_a_cell_without_assertions_is_one_check_that_it_runs():
    assert outcomes("print(f())", f=lambda: 1) == ["passed"]
    assert outcomes("print(f())", f=lambda: 1 / 0) == ["ZeroDivisionError: division by zero"]


@pytest.mark.parametrize("seen", ["", "\n\n", "# look at q1", "#", "# a comment\n# and another"])
def test_a_cell_of_which_students_see_no_code_is_one_check_that_passes(seen):
    """get_source_segment once took the comment for the code."""
    assert outcomes(f"{seen}\n### BEGIN HIDDEN TESTS\nassert f(2) == 'secret'\n### END HIDDEN TESTS") == ["passed"]
    assert outcomes(seen) == ["passed"]


def test_hidden_tests_inside_a_cell_are_not_among_the_public_checks():
    source = "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(12345) == 1\n### END HIDDEN TESTS\nassert f(2) == 2"
    assert "12345" not in public_test(grade_cell(source), "week.py")
    assert len(cases(source)) == 2


@pytest.mark.parametrize(
    ("source", "line"),
    [("assert f(1) == 1\n%timeit f(1)", 2), ("from numpy import *\nassert f(1)", 1), ("assert await f()", 1)],
)
def test_what_cannot_become_a_test_is_named_with_its_line(source, line):
    with pytest.raises(BadManifest, match=f"week.py: grade cell q1, line {line}"):
        otter_metadata("week", [grade_cell(source)], "week.py")


def test_a_notebook_without_tests_has_no_otter_metadata():
    assert otter_metadata("week", [SourceCell("code", "1 + 1", 1)], "week.py") is None

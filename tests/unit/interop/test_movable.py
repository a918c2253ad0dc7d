"""Which grade cells may be judged outside the sandbox, and how they read there."""

from __future__ import annotations

import pytest

from autograder.interop.movable import move


def moved(source, **modules):
    result = move(source, modules)
    assert not isinstance(result, str), result
    return result


def test_the_notebooks_names_become_the_students():
    body, imports = moved("assert f(2) == [n * x for n in range(3)]")
    assert (body, imports) == ("assert student.f(2) == [n * student.x for n in range(3)]", [])


def test_known_modules_are_imported_by_the_names_that_the_notebook_gives_them():
    body, imports = moved("assert n.allclose(f(n.array([1, 2])), 3)", n="numpy")
    assert body == "assert n.allclose(student.f(n.array([1, 2])), 3)"
    assert imports == ["import numpy as n"]


def test_expected_exceptions_loops_and_helpers_of_the_cell_keep_their_meaning():
    source = (
        '"""checks"""\nimport math\nfor k in [1, 2]:\n    try:\n        f(-k)\n    except ValueError:\n        pass\n'
        "    else:\n        raise AssertionError('did not raise')\nassert math.isclose(f(1), 2)"
    )
    body, imports = moved(source)
    assert "student.f(-k)" in body and "except ValueError:" in body and imports == ["import math"]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os\nassert f(1)", "line 1: a statement of the kind Import"),
        ("assert open('x')", "the name open"),
        ("assert __import__('os')", "the name __import__"),
        ("assert ().__class__.__base__", "the attribute __base__"),
        ("assert f(1).tofile('x')", "the attribute tofile"),
        ("assert eval('1')", "the name eval"),
        ("assert getattr(f, 'x')", "the builtin getattr"),
        ("del f", "a statement of the kind Delete"),
        ("def g(): pass\nassert f(g)", "line 1: a statement of the kind FunctionDef"),
        ("assert f(lambda x: x)", "an expression of the kind Lambda"),
        ("xs = [2, 1]\nf(xs)\nassert xs == [2, 1]", "line 2: xs is passed on"),
        ("assert f(table) == 1", "line 1: table of the notebook is passed on"),
        ("assert isinstance(f(1), Point)", "a class of the notebook is asked for"),
        ("try:\n    f(1)\nexcept Oops:\n    pass", "an exception of the notebook's own"),
        ("try:\n    assert f(1)\nexcept:\n    pass", "also catches assertions"),
        ("%timeit f(1)", "is no plain Python"),
        ("np = 3\nassert f(np)", "np gets another meaning"),
        ("assert np.load('x')", "the attribute load"),
        ("from nose.tools import assert_equal\nassert_equal(f(1), 1)", "a statement of the kind ImportFrom"),
        ("assert '{0.__class__}'.format(f)", "the attribute format"),
    ],
)
def test_what_must_stay_in_the_sandbox_is_said_with_its_line(source, why):
    result = move(source, {"np": "numpy"})
    assert isinstance(result, str) and why in result, result

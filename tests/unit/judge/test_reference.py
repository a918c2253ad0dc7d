"""The reference namespace: the solution and what it needs, nothing else of the notebook."""

from __future__ import annotations

import pytest

from autograder.errors import BrokenSuite
from autograder.judge.reference import reference_namespace

CELLS = [
    ("setup", "%matplotlib inline\nimport math\nimport no_such_plotting_library as plt\nScale = 2", False),
    ("given", "def helper(x):\n    return math.sqrt(x) * Scale\ndef draw():\n    plt.plot()", False),
    ("example", "Scale * 3\nraise RuntimeError('examples do not run')", False),
    ("q1_solution", "LIMIT = 10\ndef f(x: F) -> float:\n    return min(helper(x), LIMIT)", True),
]


def test_a_solution_has_what_it_uses():
    assert reference_namespace(CELLS, "nb").f(9) == 6


def test_what_only_examples_use_is_left_out():
    names = vars(reference_namespace(CELLS, "nb"))
    assert {"f", "helper", "math", "Scale", "LIMIT"} == set(names)


def test_a_reference_may_define_dataclasses():
    source = "from dataclasses import dataclass\n@dataclass\nclass Pair:\n    a: 'int'"
    assert reference_namespace([("q1_solution", source, True)], "nb").Pair(3).a == 3


@pytest.mark.parametrize("source", ["def f(:", "LIMIT = 1 / 0"])
def test_a_broken_reference_names_notebook_and_cell(source):
    with pytest.raises(BrokenSuite, match=r"nb\.py, cell q1_solution"):
        reference_namespace([("q1_solution", source, True)], "nb.py")

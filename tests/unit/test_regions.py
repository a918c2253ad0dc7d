"""Regions are where nbgrader sees them."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.preprocessors import ClearHiddenTests

from autograder.regions import HIDDEN_TESTS, SOLUTION, split_regions


@pytest.mark.parametrize("mark", ["### {}", "# {}", "    #{}", "{}", "x = 1  # {} here"])
def test_nbgrader_takes_out_the_same_lines(mark):
    source = "\n".join(["a", mark.format("BEGIN HIDDEN TESTS"), "b", mark.format("END HIDDEN TESTS"), "c"])
    cell = nbformat.v4.new_code_cell(source, metadata={"nbgrader": {"grade": True}})
    ClearHiddenTests()._remove_hidden_test_region(cell)
    assert cell.source.split("\n") == split_regions(source, HIDDEN_TESTS)[0] == ["a", "c"]


def test_what_is_inside_is_known_too_and_an_open_region_goes_on_to_the_end():
    source = "a\n# BEGIN SOLUTION\nb\n# END SOLUTION\nc\n# BEGIN HIDDEN TESTS\nd\ne"
    assert split_regions(source, SOLUTION, HIDDEN_TESTS) == (["a", "c"], ["b", "d", "e"])
    assert split_regions(source, SOLUTION)[1] == ["b"]

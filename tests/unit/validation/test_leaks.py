from __future__ import annotations

import json

import pytest

from autograder.validation.leaks import search_feedback, search_release, search_text, secrets_of

NOTEBOOK = '''
def area(r):
    """Area of a disc: pi * r**2 is the formula."""
    ### BEGIN SOLUTION
    squared = np.multiply(r, r)
    total = np.pi * squared
    return total
    ### END SOLUTION

total = np.pi * squared
'''

SUITE = '''
"""Tests of the disc."""
HINTS = {"square": "The radius enters squared, not doubled."}

def test_area_of_a_hidden_disc(student):
    """The area grows with the square of the radius."""
    assert student.area(7.5) == approx(176.71458676, rel=1e-9), hint("square")
    with pytest.raises(ValueError, match="radius of a disc is never negative"):
        student.area(-1)
'''


@pytest.fixture
def secrets():
    return secrets_of(NOTEBOOK, [SUITE])


def test_a_line_of_the_solution_alone_is_a_secret(secrets):
    assert "squared = np.multiply(r, r)" in secrets.solution_lines


def test_a_line_that_the_public_part_shows_too_is_none(secrets):
    assert "total = np.pi * squared" not in secrets.solution_lines


def test_lines_that_stand_in_every_notebook_are_none(secrets):
    assert "return total" not in secrets_of("### BEGIN SOLUTION\nreturn x\n### END SOLUTION\n", []).solution_lines


def test_expected_values_are_secret_and_titles_and_hints_are_not(secrets):
    assert "176.71458676" in secrets.suite_literals
    assert "radius of a disc is never negative" in secrets.suite_literals
    assert not any("squared, not doubled" in text or "grows with" in text for text in secrets.suite_literals)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("### BEGIN SOLUTION", "marker"),
        ("        squared = np.multiply(r, r)", "solution"),
        ("def test_area_of_a_hidden_disc(student):", "suite"),
    ],
)
def test_a_leak_in_a_released_notebook_is_found(tmp_path, secrets, line, what):
    folder = tmp_path / "assignments" / "week1"
    folder.mkdir(parents=True)
    cell = {"cell_type": "code", "source": ["x = 1\n", f"{line}\n", "y = 2"], "outputs": [], "metadata": {}}
    (folder / "week1.ipynb").write_text(json.dumps({"cells": [cell]}))
    (leak,) = search_release(folder, secrets)
    assert what in leak.what
    assert leak.where == "week1/week1.ipynb"


def test_a_clean_release_has_no_leak(tmp_path, secrets):
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [{"source": "raise NotImplementedError()"}]}))
    (tmp_path / "data.bin").write_bytes(bytes(range(256)))
    assert search_release(tmp_path, secrets) == []


def test_a_test_module_in_a_release_is_a_leak(tmp_path, secrets):
    (tmp_path / "test_q1_1.py").write_text("")
    assert [leak.what for leak in search_release(tmp_path, secrets)] == ["a test module is in the release"]


def test_outputs_are_searched_too(tmp_path, secrets):
    cell = {"cell_type": "code", "source": "", "outputs": [{"text": ["total\n", "squared = np.multiply(r, r)\n"]}]}
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell]}))
    assert len(search_release(tmp_path, secrets)) == 1


def test_feedback_with_title_and_hint_has_no_leak(secrets):
    page = "<p>The area grows with the square of the radius.</p><p>The radius enters squared, not doubled.</p>"
    assert search_feedback(page, secrets, "page") == []


@pytest.mark.parametrize(
    "page",
    [
        "<pre>assert student.area(7.5) == approx(176.71458676, rel=1e-9), hint(&quot;square&quot;)</pre>",
        "<p>expected <b>176.71458676</b></p>",
        "<p>pattern &#39;radius of a disc\nis never negative&#39;</p>",
    ],
)
def test_feedback_that_quotes_the_suite_is_a_leak(secrets, page):
    assert search_feedback(page, secrets, "page")


def test_what_the_student_wrote_is_no_leak(secrets):
    page = "<pre>print(176.71458676)</pre>"
    assert search_feedback(page, secrets, "page", own_text="print(176.71458676)") == []


def test_a_leak_says_where_and_what(secrets):
    (leak,) = search_text("  def test_area_of_a_hidden_disc(student):", secrets, "week1/a.ipynb")
    assert str(leak) == "week1/a.ipynb: a line of a hidden suite: def test_area_of_a_hidden_disc(student):"

"""The demonstration's table on terminals of different widths."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.demo import Demo
from autograder.demo_class import Student

TOY = Path(__file__).parents[1] / "toycourse"
STORY = "a story that is much longer than any column of a terminal of eighty columns can hold beside the scores"


@pytest.fixture
def shown(tmp_path):
    def show(width: int) -> str:
        text = io.StringIO()
        demo = Demo(TOY, "toy_week", tmp_path / "demo", Console(file=text, width=width))
        demo.show((Student("student01", STORY, ()),), {"student01": {"q1": 10 / 3}})
        return text.getvalue()

    return show


@pytest.mark.parametrize(("width", "score"), [(80, "3.3"), (200, "3.333")])
def test_names_questions_scores_and_verdicts_are_whole(shown, width, score):
    words = shown(width).split()
    assert {"student01", "q1", "q2", "q3", score, "graded"} <= set(words)


def test_a_narrow_terminal_lists_below_the_table_what_was_handed_in(shown):
    table, _, below = shown(80).partition("Handed in:\n")
    assert "story" not in table
    assert " ".join(below.split()) == f"student01: {STORY}"


def test_a_wide_terminal_has_it_in_the_table(shown):
    assert f"│ {STORY}" in shown(200)

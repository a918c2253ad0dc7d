from __future__ import annotations

import pytest

from autograder.errors import BadManifest
from autograder.validation.mutants import read_mutant, read_wheat

MUTANT = '''"""Mutant: normalises the grid so that
    the values sum to 1.
Misconception: a density is confused with a probability mass function.
Killed by: test_unit_area, test_first_toss
Hint: density-vs-mass
"""


def f(x):
    return x / x.sum()
'''


def write(tmp_path, text, name="sums_to_one.py"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_mutants_header_is_read(tmp_path):
    mutant = read_mutant(write(tmp_path, MUTANT), "q2_4")
    assert (mutant.question, mutant.name) == ("q2_4", "sums_to_one")
    assert mutant.summary == "normalises the grid so that the values sum to 1."
    assert mutant.misconception == "a density is confused with a probability mass function."
    assert mutant.killed_by == ("test_unit_area", "test_first_toss")
    assert mutant.hint == "density-vs-mass"


def test_the_source_is_the_code_without_the_header(tmp_path):
    mutant = read_mutant(write(tmp_path, MUTANT), "q2_4")
    assert mutant.source == "def f(x):\n    return x / x.sum()\n"


def test_a_wheats_header_is_read(tmp_path):
    wheat = read_wheat(write(tmp_path, '"""Wheat: with einsum."""\nx = 1\n'), "q1_1")
    assert (wheat.summary, wheat.source) == ("with einsum.", "x = 1\n")


def test_all_problems_of_a_header_are_told_at_once(tmp_path):
    path = write(tmp_path, '"""Mutant: wrong.\nKiled by: test_a\n"""\nx = 1\n')
    with pytest.raises(BadManifest) as caught:
        read_mutant(path, "q1_1")
    text = "\n".join(caught.value.problems)
    for word in ("'Misconception'", "'Killed by'", "'Hint'", "'Kiled by'"):
        assert word in text
    assert all(str(path) in problem for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "without a header"),
        ("def f(:\n", "no Python code"),
        ('"""Mutant: a\nMisconception: b\nKilled by: test_a\nHint: c\n"""\n', "no code follows"),
        ('"""Mutant: a\nMisconception: b\nKilled by: the area test\nHint: c\n"""\nx = 1\n', "'the area test' is not"),
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path, text, said):
    with pytest.raises(BadManifest, match=said):
        read_mutant(write(tmp_path, text), "q1_1")

from __future__ import annotations

from pathlib import Path

from autograder.records import QuestionResult, TestResult
from autograder.validation.matrix import build_matrix, function_name, to_markdown, to_text, write_page
from autograder.validation.mutants import Mutant, Wheat


def case(name, outcome="passed"):
    return TestResult(test=name, title=f"title of {function_name(name)}", outcome=outcome)


REFERENCE = QuestionResult("q1", 10, 10, (case("test_a"), case("test_b[1]"), case("test_b[2]"), case("test_c")))
MATRIX = build_matrix(
    "q1",
    REFERENCE,
    {
        "m1": QuestionResult("q1", 5, 10, (case("test_a", "failed"), case("test_b[1]"), case("test_b[2]", "failed"))),
        "m2": QuestionResult("q1", 0, 10, (case("test_a"), case("test_c", "not-reached"))),
    },
)


def test_a_functions_name_drops_its_file_and_its_case():
    assert function_name("hidden/week1/test_q1.py::test_b[a::b-2]") == "test_b"
    assert function_name("test_a") == "test_a"


def test_cases_of_a_parametrised_test_are_one_row():
    assert MATRIX.tests == ("test_a", "test_b", "test_c")


def test_one_failing_case_kills():
    assert MATRIX.rows() == [["test_a", "K", "."], ["test_b", "K", "."], ["test_c", ".", "."]]


def test_a_test_that_was_not_reached_kills_nothing():
    assert MATRIX.idle_tests() == ("test_c",)


def test_the_text_names_every_mutant_and_what_it_keeps():
    text = to_text(MATRIX)
    assert "m1 (keeps 50%)" in text
    assert "m2 (keeps 0%)" in text


def test_the_markdown_table_has_a_row_a_test_and_a_column_a_mutant():
    page = to_markdown("week1", [MATRIX], {}, {})
    assert "| test | what it says | 1 | 2 |" in page
    assert "| `test_b` | title of test_b | K | . |" in page
    assert "| **points kept** | | 50% | 0% |" in page


def test_the_page_explains_each_column_and_names_the_right_answers():
    mutant = Mutant("q1", "m2", Path("m2.py"), "Adds.", "Plus for minus.", ("test_a",), "sign", "")
    wheat = Wheat("q1", "einsum", Path("einsum.py"), "With einsum.", "")
    page = to_markdown("week1", [MATRIX], {"q1": [mutant]}, {"q1": [wheat]})
    assert "1. `m1`\n2. `m2`: Adds. *Plus for minus.* Hint: `sign`." in page
    assert "* Right in another style, `einsum`: With einsum." in page


def test_a_page_is_written_only_when_it_changed(tmp_path):
    path = tmp_path / "docs" / "suites" / "week1.md"
    assert write_page(path, "a\n")
    assert not write_page(path, "a\n")
    assert write_page(path, "b\n")
    assert path.read_text() == "b\n"


def test_the_rules_are_a_row_only_where_a_mutant_breaks_one():
    rules = "test_keeps_to_the_rules"
    reference = QuestionResult("q", 10, 10, (case(rules), case("test_a")))
    other = QuestionResult("q", 0, 10, (case(rules), case("test_a", "failed")))
    broken = QuestionResult("q", 0, 10, (case(rules, "failed"), case("test_a")))
    assert build_matrix("q", reference, {"m": other}).tests == ("test_a",)
    assert build_matrix("q", reference, {"m": other, "n": broken}).tests == (rules, "test_a")

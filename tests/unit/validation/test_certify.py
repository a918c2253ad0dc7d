"""The flake certificate: which notebooks are graded, and what their passing says."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy.stats import beta

from autograder.records import CodeCell, Submission
from autograder.validation.certificate import Certificate, Failure, to_markdown, upper_bound
from autograder.validation.certify import combine
from autograder.validation.gates import Week
from autograder.validation.mutants import Wheat


@pytest.mark.parametrize("trials", [1, 59, 200, 1000])
def test_the_bound_is_that_of_clopper_and_pearson(trials):
    assert upper_bound(trials) == pytest.approx(beta.ppf(0.95, 1, trials))


def test_every_right_answer_of_every_question_is_examined_in_one_notebook():
    reference = Submission("w", "s", "n", (CodeCell("q1_solution", "ref1"), CodeCell("q2_solution", "ref2")))
    names = {"q1": "abc", "q2": "a"}
    wheats = {q: tuple(Wheat(q, n, Path(n), "", f"{n} of {q}") for n in some) for q, some in names.items()}
    books = combine(Week("w", reference, reference, ("q1", "q2"), wheats=wheats))
    sources = [[cell.source for cell in book.submission.cells] for book in books]
    assert sources == [["ref1", "ref2"], ["a of q1", "a of q2"], ["b of q1", "ref2"], ["c of q1", "ref2"]]
    assert [list(book.answers.items()) for book in books] == [
        [("q1", "the reference"), ("q2", "the reference")],
        [("q1", "a"), ("q2", "a")],
        [("q1", "b")],
        [("q1", "c")],
    ]


def test_an_answer_that_other_questions_would_feel_has_a_notebook_of_its_own():
    reference = Submission("w", "s", "n", (CodeCell("q1_solution", "def f(): ..."), CodeCell("q2_solution", "g = 1")))
    sources = {"q1": {"other": "def f(): return 1"}, "q2": {"all": "def f(): raise\ndef g(): ..."}}
    wheats = {q: tuple(Wheat(q, n, Path(n), "", text) for n, text in some.items()) for q, some in sources.items()}
    books = combine(Week("w", reference, reference, ("q1", "q2"), wheats=wheats))
    assert [book.answers for book in books] == [
        {"q1": "the reference", "q2": "the reference"},
        {"q1": "other"},
        {"q2": "all"},
    ]
    assert [cell.source for cell in books[2].submission.cells] == ["def f(): ...", sources["q2"]["all"]]


def made(*failures: Failure) -> Certificate:
    return Certificate("w", 200, (("q1", 4), ("q2", 2)), 800, failures, "abc", "plain", 3.0)


def test_the_page_says_how_often_each_question_was_graded_and_what_that_bounds():
    page = to_markdown(made(), "autograder certify w --seeds 200", "2026-11-22", "Python 3.11.2")
    assert "| q1 | 4 | 800 | 0.37% |" in page and "| q2 | 2 | 400 | 0.75% |" in page
    assert "| the whole week, as the reference answers it | | 200 | 1.49% |" in page
    assert "`autograder certify w --seeds 200` on 2026-11-22" in page and "Python 3.11.2" in page


def test_a_failure_names_answer_draws_and_test_and_leaves_no_bound():
    found = made(Failure("q1", "loops", "certificate-0-7", "test_value", "assert 1 == 2"))
    assert not found.passed and found.to_dict()["bound"] is None
    assert "q1, loops, as student certificate-0-7: test_value (assert 1 == 2)" in found.to_text()


def test_what_fails_for_every_student_is_listed_in_part():
    text = made(*(Failure("q1", "loops", f"s{n}", "test_value", "wrong") for n in range(90))).to_text()
    assert "90 tests failed" in text and len(text.splitlines()) < 50 and "50 more" in text

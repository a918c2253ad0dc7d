"""A course on disk and its problems."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import BadManifest, UnknownAssignment, UnknownQuestion

TOY = Path(__file__).parents[1] / "toycourse"
WEEK = Path("solutions") / "toy_week"


@pytest.fixture
def toy(tmp_path):
    return Path(shutil.copytree(TOY, tmp_path / "toy"))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_toy_course_has_no_problem(toy):
    course = load_course(toy)
    course.check()
    assignment = course.assignment("toy_week")
    assert [(q.name, q.points) for q in assignment.questions] == [("q1", 4.0), ("q2", 4.0), ("q3", 2.0)]
    assert [q.name for q in assignment.manual] == ["q4"]
    assert assignment.limits.memory_mb == 512
    assert [p.stem for p in assignment.mutants("q1")] == ["sum_only"]
    assert [p.stem for p in assignment.wheats("q1")] == ["method"]


def test_solution_cells_of_a_question_are_not_those_of_a_longer_name(toy):
    assignment = load_course(toy).assignment("toy_week")
    assert [c.grade_id for c in assignment.solution_cells("q1")] == ["q1_solution"]
    assert assignment.solution_cells("q") == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("toy.py", '"grade_id": "q2", ', '"grade_id": "q1", ', "twice"),
        ("toy.py", '"points": 4', '"points": 0', "more than 0"),
        ("toy.py", '"locked": true, "points": 4, ', '"locked": true, ', "no points"),
        ("toy.py", "len(x))\n    ### END SOLUTION", "len(x))", "leaks"),
        ("toy.py", '"grade_id": "q1_solution"', '"grade_id": "other"', "no solution cell"),
        ("toy.py", '"grade_id": "q1", ', '"grade_id": "q-1", ', "letters, digits"),
        ("assignment.toml", "points = 12", "points = 100", "says 100"),
        ("assignment.toml", "points = 12", 'bonus = ["q9"]', "q9"),
        ("assignment.toml", "points = 12", '[rules.q9]\ncalls = ["eval"]', "rules.q9: no question"),
        ("assignment.toml", "points = 12", '[rules.q4]\ncalls = ["eval"]', "rules.q4: no question"),
        ("assignment.toml", 'notebook = "toy"', 'notebook = "other"', "notebook is missing"),
    ],
)
def test_a_fault_of_notebook_or_manifest_is_found(toy, file, old, new, words):
    edit(toy / WEEK / file, old, new)
    with pytest.raises(BadManifest) as caught:
        load_course(toy).assignment("toy_week")
    assert any(words in p for p in caught.value.problems)
    assert all(str(toy) in p for p in caught.value.problems)


def test_a_question_without_suite_and_a_suite_without_question_are_found_at_once(toy):
    suites = toy / "tests" / "hidden" / "toy_week"
    (suites / "test_q3.py").rename(suites / "test_q7.py")
    (toy / WEEK / "mutants" / "q9").mkdir()
    problems = load_course(toy).problems()
    assert [any(word in p for p in problems) for word in ("test_q3.py", "test_q7.py", "q9")] == [True] * 3


def test_suites_of_an_assignment_that_does_not_exist_are_found(toy):
    (toy / "tests" / "hidden" / "old_week").mkdir()
    assert "old_week" in load_course(toy).problems()[0]


def test_a_broken_week_does_not_stop_another(toy):
    shutil.copytree(toy / WEEK, toy / "solutions" / "broken_week")
    course = load_course(toy)
    assert course.assignments == ("broken_week", "toy_week")
    assert course.assignment("toy_week").name == "toy_week"
    assert len(course.problems()) == 3  # three suites are missing


def test_unknown_names_are_answered_with_the_known_ones(toy):
    course = load_course(toy)
    with pytest.raises(UnknownAssignment, match="toy_week"):
        course.assignment("week9")
    with pytest.raises(UnknownQuestion, match="q1, q2, q3"):
        course.assignment("toy_week").question("q9")


def test_a_folder_that_is_no_course_says_what_one_has(tmp_path):
    with pytest.raises(BadManifest, match="solutions/"):
        load_course(tmp_path)


def test_a_plain_nbgrader_course_is_read_without_manifest(tmp_path):
    (tmp_path / "source" / "ps1").mkdir(parents=True)
    (tmp_path / "source" / "ps1" / "problem1.ipynb").write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ['
        '{"cell_type": "code", "source": ["assert ", "f"], '
        '"metadata": {"nbgrader": {"grade": true, "grade_id": "t", "points": 2}}}]}'
    )
    course = load_course(tmp_path)
    course.check()
    assignment = course.assignment("ps1")
    assert course.plain and assignment.plain
    assert [(q.name, q.points, q.suite) for q in assignment.questions] == [("t", 2.0, None)]


def test_the_secret_is_made_once_and_for_its_owner_alone(toy, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_COURSE_SECRET", raising=False)
    first = load_course(toy).secret()
    assert load_course(toy).secret() == first
    assert len(first) >= 32
    assert (toy / "course" / "secret").stat().st_mode & 0o777 == 0o600
    assert os.listdir(toy / "course") == ["secret"]


def test_threads_that_make_the_secret_at_once_get_the_same(toy, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_COURSE_SECRET", raising=False)
    course, found, start = load_course(toy), [], threading.Barrier(8)

    def ask():
        start.wait()
        found.append(course.secret())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_environment_wins_over_the_file(toy, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_COURSE_SECRET", "from the environment")
    assert load_course(toy).secret() == b"from the environment"
    assert not (toy / "course").exists()


def test_a_secret_that_others_can_read_is_refused(toy, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_COURSE_SECRET", raising=False)
    load_course(toy).secret()
    (toy / "course" / "secret").chmod(0o644)
    with pytest.raises(BadManifest, match="chmod 600"):
        load_course(toy).secret()


def test_rules_of_the_week_hold_for_each_question_and_names_are_the_notebooks_own(toy):
    path = toy / WEEK / "assignment.toml"
    rules = '\n[rules]\nimports = ["torch"]\n[rules.q2]\ncalls = ["np.sort"]\n'
    path.write_text(path.read_text(encoding="utf-8") + rules, encoding="utf-8")
    found = dict(load_course(toy).assignment("toy_week").rules)
    assert {q: r.imports for q, r in found.items()} == dict.fromkeys(("q1", "q2", "q3"), ("torch",))
    assert found["q2"].calls == ("numpy.sort",) and found["q1"].calls == ()

from __future__ import annotations

import pytest

from autograder import batch, cluster
from autograder.batch import Outcome, results_table
from autograder.errors import SandboxDied
from autograder.folders import released_path, submitted_folder
from autograder.records import CellResult, Digests, QuestionResult, Result
from autograder.store import Store
from tests.integration.tiny_course import WEEK, submission, write_course


def result(student, scores, verdict="graded", flagged=False):
    questions = tuple(QuestionResult(name, score, 10.0, flagged=flagged) for name, score in scores.items())
    return Result("week1", student, "week1", verdict, questions, (), Digests("a", "b", "c", "d"))


def test_the_table_has_a_row_a_student_and_a_column_a_question():
    text = results_table([result("ada", {"q1": 10.0, "q2": 2.5}), result("bo", {"q1": 0.0, "q2": 10.0}, "time-limit")])
    assert [line.split() for line in text.splitlines()] == [
        ["student", "q1", "q2", "sum", "of", "verdict"],
        ["ada", "10", "2.5", "12.5", "20", "graded"],
        ["bo", "0", "10", "10", "20", "time-limit"],
    ]


def test_columns_line_up():
    lines = results_table([result("a", {"q1": 10.0}), result("a-long-name", {"q1": 0.25})]).splitlines()
    assert len({line.index(" graded") for line in lines[1:]}) == 1


def test_a_flagged_question_is_marked_and_explained():
    text = results_table([result("ada", {"q1": 0.0}, flagged=True)])
    assert "0?" in text
    assert "staff should look" in text


def test_no_results_say_so():
    assert results_table([]) == "No results yet."


def test_a_machines_fault_is_in_the_json_with_its_verdict():
    outcome = Outcome("week1", (result("ada", {"q1": 1.0}),), (("bo", SandboxDied("went silent")),))
    found = outcome.to_dict()
    assert found["faults"] == [{"student": "bo", "verdict": "sandbox-died", "problem": "went silent"}]
    assert found["results"][0]["student"] == "ada"


def test_one_fault_that_is_to_blame_for_many_is_told_once():
    faults = [("ada", SandboxDied("silent")), ("bo", SandboxDied("dirty")), ("cy", SandboxDied("silent"))]
    assert Outcome("week1", (), tuple(faults)).by_fault() == {"silent": ["ada", "cy"], "dirty": ["bo"]}


class ToyGrader:
    """Every notebook shows a figure."""

    def digests(self, submission):
        return Digests(submission.digest(), "suite", "image", "seed")

    def grade(self, submission, *, before=None):
        cells = (CellResult("cell-1", ({"output_type": "display_data", "data": {"image/png": "figure"}},)),)
        return Result(WEEK, submission.student, "tiny", "graded", (), cells, self.digests(submission))

    def close(self):
        pass


@pytest.mark.parametrize("cells", [False, True])
def test_a_class_is_graded_without_all_its_figures_in_memory_unless_they_are_asked_for(tmp_path, monkeypatch, cells):
    monkeypatch.setattr(cluster, "make_grader", lambda *_: (ToyGrader(), "toy"))
    monkeypatch.setattr(batch, "read_submission", lambda _course, _week, student: submission(student))
    course = write_course(tmp_path)
    with Store(f"sqlite:///{tmp_path / 'r.db'}") as store:
        outcome = batch.grade_all(course, course.assignment(WEEK), ["ann", "bob"], store, cells=cells)
        assert [len(result.cells) for result in outcome.results] == [int(cells)] * 2
        assert [len(result.cells) for result in store.results(WEEK)] == [1, 1], "the store has them"


def test_who_has_handed_in_nothing_else_is_not_read_again(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(cluster, "make_grader", lambda *_: (ToyGrader(), "toy"))
    monkeypatch.setattr(batch, "read_submission", lambda _course, _week, who: read.append(who) or submission(who))
    course = write_course(tmp_path)
    week = course.assignment(WEEK)
    for who in ("ann", "bob"):
        submitted_folder(course, week, who).mkdir(parents=True)
    released_path(course, week).parent.mkdir(parents=True)
    released_path(course, week).write_text("{}")
    with Store(f"sqlite:///{tmp_path / 'r.db'}") as store:
        first = batch.grade_all(course, week, ["ann", "bob"], store)
        (submitted_folder(course, week, "ann") / "tiny.ipynb").write_text("{}")
        assert batch.grade_all(course, week, ["ann", "bob"], store) == first, "in the same order"
    assert sorted(read) == ["ann", "ann", "bob"]


def test_a_machine_that_cannot_say_what_it_grades_with_is_to_blame_for_each_submission(tmp_path, monkeypatch):
    class Lost(ToyGrader):
        def digests(self, submission):
            raise SandboxDied("the engine is gone")

    monkeypatch.setattr(cluster, "make_grader", lambda *_: (Lost(), "toy"))
    monkeypatch.setattr(batch, "read_submission", lambda _course, _week, who: submission(who))
    course = write_course(tmp_path)
    with Store(f"sqlite:///{tmp_path / 'r.db'}") as store:
        outcome = batch.grade_all(course, course.assignment(WEEK), ["ann", "bob"], store)
    assert outcome.by_fault() == {"the engine is gone": ["ann", "bob"]}
